#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/cli/command.h"
#include "harness/cli/scenario_notes.h"
#include "harness/core/say.h"
#include "harness/spec/load_scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

struct ValidateOptions {
  std::vector<std::string> files;
  bool json = false;
  bool quiet = false;
};

/// "-" is standard input.
ScenarioSpec load_written(const std::string& file) {
  if (file != "-") return load_scenario(find_scenario(file));
  std::ostringstream text;
  text << std::cin.rdbuf();
  return parse_scenario(text.str(), "<stdin>");
}

nlohmann::json json_of(const ScenarioProblem& problem) {
  nlohmann::json object{{"pointer", problem.pointer}, {"message", problem.message}};
  if (problem.line > 0) object.update({{"line", problem.line}, {"column", problem.column}});
  return object;
}

ExitCode validate(const ValidateOptions& options) {
  bool all_valid = true;
  nlohmann::json out = nlohmann::json::array();
  const auto refuse = [&](nlohmann::json& entry, const UsageError& error) {
    all_valid = false;
    entry["valid"] = false;
    entry["error"] = error.what();
    if (!options.json) say(stderr, "leakrig: {}\n", error.what());
  };
  for (const auto& file : options.files) {
    nlohmann::json entry{{"file", file}, {"valid", true}};
    try {
      const ScenarioSpec scenario = load_written(file);
      entry["variants"] = scenario.variants.size();
      for (const auto& note : scenario.notes) entry["notes"].push_back(note);
      if (!options.json) print_notes(scenario);
      if (!options.json && !options.quiet) {
        say(stdout, "{}: valid, {} variant{}\n", file, scenario.variants.size(),
                   scenario.variants.size() == 1 ? "" : "s");
      }
    } catch (const ScenarioError& e) {
      for (const auto& problem : e.problems()) entry["problems"].push_back(json_of(problem));
      refuse(entry, e);
    } catch (const UsageError& e) {
      refuse(entry, e);
    }
    out.push_back(entry);
  }
  if (options.json) say(stdout, "{}\n", out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  return all_valid ? ExitCode::ok : ExitCode::usage;
}

}  // namespace

std::function<ExitCode()> add_validate(CLI::App& app) {
  app.footer("Example:\n  leakrig validate scenarios/*.json\n  jq . mine.json | leakrig validate -");
  auto options = std::make_shared<ValidateOptions>();
  app.add_option("SCENARIO", options->files, "Files, names of shipped scenarios, or - for standard input")
      ->required();
  app.add_flag("--json", options->json, "Print JSON");
  app.add_flag("-q,--quiet", options->quiet, "Print errors only");
  return [options] { return validate(*options); };
}

}  // namespace leakrig
