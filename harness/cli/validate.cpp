#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "harness/cli/command.h"
#include "harness/spec/scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  bool json = false;
  bool quiet = false;
};

ExitCode validate(const ValidateOptions& options) {
  bool all_valid = true;
  nlohmann::json out = nlohmann::json::array();
  for (const auto& file : options.files) {
    nlohmann::json entry{{"file", file}, {"valid", true}};
    try {
      const Scenario scenario = load_scenario(find_scenario(file));
      entry["variants"] = scenario.variants.size();
      if (!options.json && !options.quiet) {
        fmt::print("{}: valid, {} variant{}\n", file, scenario.variants.size(),
                   scenario.variants.size() == 1 ? "" : "s");
      }
    } catch (const UsageError& e) {
      all_valid = false;
      entry["valid"] = false;
      entry["error"] = e.what();
      if (!options.json) fmt::print(stderr, "leakrig: {}\n", e.what());
    }
    out.push_back(entry);
  }
  if (options.json) fmt::print("{}\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return all_valid ? ExitCode::ok : ExitCode::usage;
}

}  // namespace

std::function<ExitCode()> add_validate(CLI::App& app) {
  app.footer("Example:\n  leakrig validate scenarios/*.json");
  auto options = std::make_shared<ValidateOptions>();
  app.add_option("SCENARIO", options->files, "Files, or names of shipped scenarios")->required();
  app.add_flag("--json", options->json, "Print JSON");
  app.add_flag("-q,--quiet", options->quiet, "Print errors only");
  return [options] { return validate(*options); };
}

}  // namespace leakrig
