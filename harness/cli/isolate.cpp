#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "harness/analysis/analyze.h"
#include "harness/analysis/combination_search.h"
#include "harness/cli/command.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/progress.h"
#include "harness/cli/scenario_notes.h"
#include "harness/core/run_record.h"
#include "harness/core/say.h"
#include "harness/report/isolation.h"
#include "harness/report/report_files.h"
#include "harness/report/sentences.h"
#include "harness/run/run_directory.h"
#include "harness/run/runner.h"
#include "harness/run/toggles.h"
#include "harness/spec/load_scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

struct IsolateOptions {
  std::string scenario;
  std::vector<std::string> only;
  std::vector<std::string> sets;
  std::optional<double> time_scale;
  std::optional<std::string> reference;
  std::optional<unsigned> jobs;
  std::string out;
  std::string format;
  bool json = false;
  bool quiet = false;
  bool keep_output = false;
};

/// Runs sets of switches against the baseline, each stage in a run directory of its own.
class Stages {
 public:
  Stages(const ScenarioSpec& scenario, const IsolateOptions& options, std::filesystem::path out)
      : scenario_(scenario), options_(options), out_(std::move(out)), toggles_(toggles_of(scenario)) {
    if (options_.only.empty()) return;
    for (const auto& name : options_.only) {
      if (toggle(name) == nullptr) {
        std::vector<std::string> known;
        for (const auto& each : toggles_) known.push_back(each.name);
        throw UsageError(
            fmt::format("--only {}: no such switch; there are: {}", name, fmt::join(known, ", ")));
      }
    }
    std::erase_if(toggles_, [&](const Toggle& each) {
      return std::find(options_.only.begin(), options_.only.end(), each.name) == options_.only.end();
    });
  }

  const std::vector<Toggle>& toggles() const { return toggles_; }
  bool interrupted() const { return interrupt_.interrupted(); }
  const Analysis& last() const { return last_; }

  /// The targets are found in the first stage and kept.
  std::vector<SwitchFinding> run(const std::vector<std::vector<Toggle>>& sets) {
    const ScenarioSpec stage = isolation_scenario(scenario_, sets);
    const auto directory = out_ / fmt::format("stage-{}", ++stage_);
    {
      Progress progress(stage, Progress::style_for(options_.quiet));
      run_scenario(stage, {directory, options_.jobs.value_or(scenario_.jobs), StopRule{}, options_.keep_output}, guardian_,
                   progress, interrupt_.token());
    }
    last_ = analyze(load_run_record(directory));
    write_report_files(last_, directory);
    if (stage_ == 1) {
      targets_ = isolation_targets(last_, scenario_.variant(scenario_.reference)->expect);
    }
    std::vector<std::string> removes_work;
    for (const auto& set : sets) {
      if (std::any_of(set.begin(), set.end(),
                      [](const Toggle& t) { return t.kind == Toggle::Kind::component; }))
        removes_work.push_back(name_of(set));
    }
    auto findings = examine_switches(last_, targets_, removes_work);
    for (auto& finding : findings) describe(finding, sets);
    return findings;
  }
  const std::vector<std::string>& targets() const { return targets_; }
  const Toggle* toggle(const std::string& name) const {
    const auto found =
        std::find_if(toggles_.begin(), toggles_.end(), [&](const Toggle& each) { return each.name == name; });
    return found == toggles_.end() ? nullptr : &*found;
  }

 private:
  static void describe(SwitchFinding& finding, const std::vector<std::vector<Toggle>>& sets) {
    for (const auto& set : sets) {
      if (name_of(set) != finding.name) continue;
      finding.kind = set.size() == 1 ? to_string(set.front().kind) : "combination";
      for (const auto& toggle : set) {
        finding.about += (finding.about.empty() ? "" : "; ") + toggle.about;
        finding.blames += (finding.blames.empty() ? "" : "; ") + toggle.blames;
      }
    }
  }

  const ScenarioSpec& scenario_;
  const IsolateOptions& options_;
  const std::filesystem::path out_;
  std::vector<Toggle> toggles_;
  Guardian guardian_;
  Interrupt interrupt_;
  int stage_ = 0;
  Analysis last_;
  std::vector<std::string> targets_;
};

/// Longer runs of what was left open, with the length that would likely decide.
std::vector<std::string> next_experiments(const IsolateOptions& options, const Isolation& isolation) {
  std::vector<std::string> commands;
  std::string only;
  double minutes = 0;
  for (const auto& finding : isolation.switches) {
    if (finding.effect != Effect::open) continue;
    only += " --only " + finding.name;
    minutes = std::max(minutes, finding.minutes_to_decide.value_or(0));
  }
  if (only.empty()) return commands;
  constexpr double kLeast = 10;
  commands.push_back(fmt::format("leakrig isolate {}{} --set /sampling/duration={:.0f}m", options.scenario,
                                 only, std::ceil(std::max(minutes, kLeast))));
  return commands;
}

void search_combination(Stages& stages, Isolation& isolation) {
  CombinationSearch::Set candidates;
  for (const auto effect : {Effect::partial, Effect::open}) {
    for (const auto& finding : isolation.switches) {
      if (finding.effect == effect && finding.kind != "component") candidates.push_back(finding.name);
    }
    if (candidates.size() >= 2) break;
  }
  CombinationSearch::Set smallest;
  isolation.combinations = CombinationSearch::run(
      candidates,
      [&](const std::vector<CombinationSearch::Set>& names) {
        std::vector<std::vector<Toggle>> sets;
        for (const auto& set : names) {
          auto& toggles = sets.emplace_back();
          for (const auto& name : set) toggles.push_back(*stages.toggle(name));
        }
        return stages.run(sets);
      },
      smallest);
  std::string name;
  for (const auto& part : smallest) name += (name.empty() ? "" : "+") + part;
  isolation.cause = name;
}

ExitCode exit_code_of(const Isolation& isolation, const Stages& stages) {
  if (stages.interrupted()) return ExitCode::interrupted;
  const auto* baseline = stages.last().variant(isolation.reference);
  if (baseline == nullptr || baseline->outcome != Outcome::completed) return ExitCode::failed;
  if (isolation.targets.empty())
    return baseline->verdict == MetricVerdict::inconclusive ? ExitCode::inconclusive : ExitCode::ok;
  return isolation.cause.empty() ? ExitCode::inconclusive : ExitCode::ok;
}

ExitCode isolate(const IsolateOptions& options) {
  ScenarioOverrides overrides;
  for (const auto& set : options.sets) overrides.set.push_back(parse_set_option(set));
  overrides.time_scale = options.time_scale;
  overrides.reference = options.reference;
  const ScenarioSpec scenario = load_scenario(find_scenario(options.scenario), overrides);
  print_notes(scenario);
  if (toggles_of(scenario).empty()) {
    throw UsageError(fmt::format(
        "{}: there is nothing to switch: isolate switches the options of the built-in collector, and what \"isolate\" in "
        "the scenario states. Compare variants of a program of your own with leakrig run",
        options.scenario));
  }
  const auto out = options.out.empty() ? fresh_run_directory("isolate-" + scenario.name)
                                       : std::filesystem::path{options.out};
  Stages stages(scenario, options, out);

  Isolation isolation;
  isolation.scenario = scenario.name;
  isolation.reference = scenario.reference;
  std::vector<std::vector<Toggle>> one_at_a_time;
  for (const auto& toggle : stages.toggles()) one_at_a_time.push_back({toggle});
  isolation.switches = stages.run(one_at_a_time);
  isolation.targets = stages.targets();
  isolation.environment = stages.last().environment;
  isolation.cause = isolation.targets.empty() ? "" : name_cause(isolation.switches);
  if (isolation.cause.empty() && !isolation.targets.empty() && !stages.interrupted())
    search_combination(stages, isolation);
  isolation.next = next_experiments(options, isolation);

  const std::string markdown = render_isolation_markdown(isolation);
  const std::string machine_text = isolation_json(isolation).dump(2) + "\n";
  write_whole(out / "isolation.md", markdown);
  write_whole(out / "isolation.json", machine_text);
  if (options.json || options.format == "json") {
    say(stdout, "{}", machine_text);
  } else if (!options.quiet) {
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    const bool console = options.format.empty() ? terminal : options.format == "console";
    say(stdout, "{}", console ? render_isolation_console(isolation, stdout_has_color()) : markdown);
  }
  if (!options.quiet) say(stderr, "report: {}\n", (out / "isolation.md").string());
  const ExitCode exit_code = exit_code_of(isolation, stages);
  if (options.quiet && exit_code != ExitCode::ok)
    say(stderr, "leakrig: {}\n", isolation_headline(isolation));
  return exit_code;
}

}  // namespace

std::function<ExitCode()> add_isolate(CLI::App& app) {
  app.footer(
      "Runs the scenario's reference, then the reference with one thing switched at a time, then, if no "
      "single "
      "switch "
      "stops the growth, the smallest combination that does.\n"
      "Example:\n  leakrig isolate scenarios/task3-disable-keepalives.json");
  auto options = std::make_shared<IsolateOptions>();
  app.add_option("SCENARIO", options->scenario, "A scenario file, or the name of a shipped one")->required();
  app.add_option("--only", options->only, "Switch only this (repeatable)");
  app.add_option("--reference,--baseline", options->reference,
                 "The variant to start from (the scenario's reference)");
  app.add_option("--set", options->sets, "Override a value: /json/pointer=value (repeatable)");
  app.add_option("--time-scale", options->time_scale, "Scenario seconds a wall second; 1 is real time");
  app.add_option("--jobs", options->jobs, "Variants at a time (the scenario's \"jobs\", or 1)")
      ->check(CLI::Range(1, 64));
  app.add_option("--out", options->out, "The run directory to make (runs/isolate-NAME-TIME)");
  app.add_flag("--keep-output", options->keep_output, "Keep all that the subjects write, not 64 MiB of each");
  app.add_option("--format", options->format, "What to print (console on a terminal, else markdown)")
      ->check(CLI::IsMember({"console", "markdown", "json"}));
  app.add_flag("--json", options->json, "The same as --format json");
  app.add_flag("-q,--quiet", options->quiet, "No progress and no report; the exit code and the files remain");
  return [options] { return isolate(*options); };
}

}  // namespace leakrig
