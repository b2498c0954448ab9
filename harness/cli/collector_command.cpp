#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/command.h"
#include "harness/collector/collector.h"

namespace leakrig {
namespace {

/// Closes the file again: it is no descriptor of the collector's.
nlohmann::json read_config(const std::string& file) {
  std::ifstream in(file);
  auto config = nlohmann::json::parse(in, nullptr, false);
  if (config.is_discarded()) throw UsageError(file + ": not JSON");
  return config;
}

}  // namespace

/// The built-in subject is this same program, so that it needs no second file beside it.
std::function<ExitCode()> add_collector(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  app.add_option("--config", *file,
                 "JSON: a scenario's subject.collector with docker_host, loki_url and time_scale")
      ->required();
  return
      [file] { return static_cast<ExitCode>(run_collector(collector_config_from_json(read_config(*file)))); };
}

}  // namespace leakrig
