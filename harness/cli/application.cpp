#include "harness/cli/application.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "harness/cli/command.h"
#include "harness/cli/subject_command.h"
#include "harness/core/say.h"
#include "harness/report/report_files.h"

namespace leakrig {
namespace {

const std::vector<Command>& commands() {
  static const std::vector<Command> table{
      {"run", "Run a scenario's variants and report on them", add_run},
      {"audit", "Every event that can befall a program, and what it leaves behind", add_audit},
      {"compare", "Results side by side: rates, costs, against a baseline", add_compare},
      {"isolate", "Switch one thing off at a time and name the cause", add_isolate},
      {"analyze", "Verdicts on samples from anywhere: CSV, JSON, Prometheus, pidstat ...", add_analyze},
      {"watch", "Watch a running process, pprof or metrics", add_watch},
      {"report", "Render a run directory again", add_report},
      {"merge", "Join the shards of a run that several machines made", add_merge},
      {"baseline", "Record a result that later runs are held against", add_baseline},
      {"history", "Rates over commits, and where they changed", add_history},
      {"validate", "Check scenario files", add_validate},
      {"list", "Show the shipped scenarios", add_list},
      {"fake-docker", "Serve a fake Docker daemon alone", add_fake_docker},
      {"fake-sink", "Serve fake log sinks alone", add_fake_sink},
      {"help", "Show the help, or a verb's", add_help},
      {"completion", "Print a completion script for bash, zsh or fish", add_completion},
      {"manual", "Print a manual page", add_manual, true},
      {"collector", "The built-in subject (started by 'run')", add_collector, true},
  };
  return table;
}

constexpr const char* kExitCodes =
    "Exit codes: 0 every expectation held; 1 an expectation failed; 2 usage or an invalid file; "
    "3 the subject or the rig failed; 4 inconclusive; 130 interrupted.";

/// "help VERB" is "VERB --help". Throws CLI::ParseError for a verb that there is not.
std::vector<std::string> with_help_verb(std::vector<std::string> words) {
  if (words.empty() || words.front() != "help") return words;
  const auto named = [&](const Command& command) { return words[1] == command.name; };
  if (words.size() > 1 && std::none_of(commands().begin(), commands().end(), named))
    throw CLI::ExtrasError({words[1]});
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

}  // namespace

std::function<ExitCode()> add_help(CLI::App& app) {
  app.add_option("VERB", "The verb");
  return [] { return ExitCode::ok; };  // with_help_verb() has made it an option
}

namespace {

/// What CLI11 leaves over comes in an order of its own.
std::vector<std::string> in_written_order(std::vector<std::string> words, int argc, char** argv) {
  std::vector<std::string> ordered;
  for (int i = 1; i < argc; ++i) {
    const auto found = std::find(words.begin(), words.end(), argv[i]);
    if (found == words.end()) continue;
    ordered.push_back(*found);
    words.erase(found);
  }
  return ordered;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app{
      "leakrig: reproduce a resource leak, compare transport configurations, report with error bars"};
  app.set_version_flag("--version", "leakrig " LEAKRIG_VERSION);
  app.require_subcommand(1);
  std::string color;
  app.add_option("--color", color, "auto, always or never (also behind the verb; auto: on a terminal)")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.footer(kExitCodes);
  std::vector<std::pair<CLI::App*, std::function<ExitCode()>>> verbs;
  for (const auto& command : commands()) {
    CLI::App* verb = app.add_subcommand(command.name, command.help);
    verb->fallthrough();
    if (command.hidden) verb->group("");
    verbs.emplace_back(verb, command.add(*verb));
  }
  try {
    app.name(argc > 0 ? argv[0] : "leakrig");
    auto words = with_help_verb(with_subject_command(argc, argv));
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::ExtrasError& e) {
    const auto unexpected = in_written_order(app.remaining(true), argc, argv);
    if (unexpected.empty()) {
      app.exit(e);
    } else {
      say(stderr, "The following argument{} not expected: {}\nRun with --help for more information.\n",
          unexpected.size() == 1 ? " was" : "s were", fmt::join(unexpected, " "));
    }
    return static_cast<int>(ExitCode::usage);
  } catch (const CLI::ParseError& e) {
    const bool asked_for_help = e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success);
    app.exit(e);
    return static_cast<int>(asked_for_help ? ExitCode::ok : ExitCode::usage);
  }
  if (!color.empty()) ::setenv(kColorSetting, color.c_str(), 1);
  for (const auto& [verb, run] : verbs) {
    if (verb->parsed()) return static_cast<int>(run());
  }
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int run_application(int argc, char** argv) {
  prepare_standard_streams();
  // Standard output is for reports.
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("leakrig", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  int code = static_cast<int>(ExitCode::failed);
  try {
    code = parse_and_run(argc, argv);
  } catch (const Error& e) {
    say(stderr, "leakrig: {}\n", e.what());
    code = static_cast<int>(e.code());
  } catch (const std::exception& e) {
    say(stderr, "leakrig: unexpected: {}\n", e.what());
  }
  int reason = 0;
  if (!all_was_said(stdout, reason)) {
    say(stderr, "leakrig: cannot write to standard output: {}\n", std::generic_category().message(reason));
    if (code != static_cast<int>(ExitCode::interrupted)) code = static_cast<int>(ExitCode::failed);
  }
  return code;
}

}  // namespace leakrig
