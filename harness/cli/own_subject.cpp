#include "harness/cli/own_subject.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/spec/built_in.h"

namespace leakrig {

std::string with_own_subject(const std::filesystem::path& scenario, const std::vector<std::string>& command,
                             const std::string& docker_socket_at) {
  const auto built_in = built_in_text(scenario);
  std::ifstream in(scenario, std::ios::binary);
  if (!built_in && !in) {
    throw UsageError(
        fmt::format("{}: no such scenario file ('leakrig list' shows the shipped ones)", scenario.string()));
  }
  constexpr bool kThrows = false;
  constexpr bool kWithComments = true;
  auto document = built_in ? nlohmann::ordered_json::parse(*built_in, nullptr, kThrows, kWithComments)
                           : nlohmann::ordered_json::parse(in, nullptr, kThrows, kWithComments);
  if (!document.is_object())
    throw UsageError(fmt::format("{}: is no scenario file ('leakrig validate' says why)", scenario.string()));
  for (const char* about_its_own :
       {"variants", "matrix", "isolate", "baseline", "reference", "expect", "controls"})
    document.erase(about_its_own);
  document["subject"] = {{"command", command},
                         {"env", {{"DOCKER_HOST", "{docker_host}"}, {"LOKI_URL", "{loki_url}"}}}};
  if (!docker_socket_at.empty()) document["subject"]["docker_socket_at"] = docker_socket_at;
  document["sampling"]["time_scale"] = 1;
  document["title"] =
      fmt::format("{} with {}", document.value("title", scenario.stem().string()), command.front());
  return document.dump();
}

}  // namespace leakrig
