#include "harness/cli/own_subject.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {

std::string with_own_subject(const std::filesystem::path& scenario, const std::vector<std::string>& command) {
  std::ifstream in(scenario, std::ios::binary);
  auto document = nlohmann::ordered_json::parse(in, nullptr, false);
  if (!document.is_object())
    throw UsageError(fmt::format("{}: is no scenario file ('leakrig validate' says why)", scenario.string()));
  for (const char* about_its_own :
       {"variants", "matrix", "isolate", "baseline", "reference", "expect", "controls"})
    document.erase(about_its_own);
  document["subject"] = {{"command", command},
                         {"env", {{"DOCKER_HOST", "{docker_host}"}, {"LOKI_URL", "{loki_url}"}}}};
  document["sampling"]["time_scale"] = 1;
  document["title"] =
      fmt::format("{} with {}", document.value("title", scenario.stem().string()), command.front());
  return document.dump();
}

}  // namespace leakrig
