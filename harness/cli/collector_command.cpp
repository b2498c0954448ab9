#include <fstream>
#include <memory>
#include <sstream>

#include "harness/cli/command.h"
#include "harness/collector/collector.h"
#include "harness/spec/collector_text.h"

namespace leakrig {
namespace {

/// Closes the file again: it is no descriptor of the collector's.
std::string text_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw UsageError(file + ": cannot be read");
  return text.str();
}

}  // namespace

/// The built-in subject is this same program, so that it needs no second file beside it.
std::function<ExitCode()> add_collector(CLI::App& app) {
  auto file = std::make_shared<std::string>();
  app.add_option("--config", *file,
                 "JSON: a scenario's subject.collector with docker_host, loki_url and time_scale")
      ->required();
  return [file] { return static_cast<ExitCode>(run_collector(parse_collector(text_of(*file), *file))); };
}

}  // namespace leakrig
