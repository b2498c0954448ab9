#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "harness/analysis/analyze.h"
#include "harness/cli/baseline_options.h"
#include "harness/cli/command.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/outputs.h"
#include "harness/cli/own_subject.h"
#include "harness/cli/progress.h"
#include "harness/cli/scenario_notes.h"
#include "harness/cli/stop_rule.h"
#include "harness/cli/subject_command.h"
#include "harness/core/run_record.h"
#include "harness/core/say.h"
#include "harness/live/live_observer.h"
#include "harness/report/report_files.h"
#include "harness/run/run_directory.h"
#include "harness/run/runner.h"
#include "harness/run/shard.h"
#include "harness/spec/load_scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

struct RunVerbOptions {
  std::vector<std::string> scenarios;
  std::vector<std::string> command;  ///< instead of the scenarios' own subject
  std::string docker_socket_at;
  std::vector<std::string> variants;
  std::vector<std::string> sets;
  std::string sweep;
  std::optional<double> time_scale;
  std::optional<int> replicates;
  bool controls = false;
  bool stop_when_sure = false;
  std::optional<unsigned> jobs;
  std::string shard;
  std::string out;
  std::string live;
  bool keep_output = false;
  BaselineOptions baseline;
  OutputOptions output;
};

/// The worst of several scenarios, in the order in which a caller would want to know.
ExitCode worse_of(ExitCode a, ExitCode b) {
  const auto rank = [](ExitCode code) {
    switch (code) {
      case ExitCode::ok:
        return 0;
      case ExitCode::inconclusive:
        return 1;
      case ExitCode::expectation_failed:
        return 2;
      case ExitCode::failed:
      case ExitCode::usage:
        return 3;
      case ExitCode::interrupted:
        break;
    }
    return 4;
  };
  return rank(a) >= rank(b) ? a : b;
}

/// Terminals get tables, pipes and files get the Markdown that they are for.
const char* usual_format() {
  return ::isatty(STDOUT_FILENO) == 1 ? "console" : "markdown";
}

ExitCode run_one(const ScenarioSpec& scenario, const RunVerbOptions& options,
                 const std::filesystem::path& out, Guardian& guardian, const Interrupt& interrupt,
                 LiveView* live) {
  {
    Progress progress(scenario, Progress::style_for(options.output.quiet),
                      options.jobs.value_or(scenario.jobs));
    LiveObserver observer(progress, live);
    run_scenario(scenario,
                 {out, options.jobs.value_or(scenario.jobs),
                  options.stop_when_sure ? stop_when_sure(scenario) : StopRule{}, options.keep_output},
                 guardian, observer, interrupt.token());
  }
  Analysis analysis = analyze(load_run_record(out));
  hold_against_baseline(options.baseline, analysis);
  apply_strict(options.output, analysis);
  if (live != nullptr) live->finish(analysis);
  write_report_files(analysis, out);
  write_samples(options.output, [&] { return load_run_record(out); });
  write_outputs(options.output, analysis, usual_format());
  if (!options.output.quiet) say(stderr, "report: {} and {}\n", (out / run_file::kReport).string(), kPage);
  return interrupt.interrupted() ? ExitCode::interrupted : analysis.exit_code;
}

/// Of --shard, or of the job array that this is a task of.
std::optional<Shard> shard_asked_for(const RunVerbOptions& options) {
  Shard shard;
  if (!options.shard.empty()) {
    shard = parse_shard(options.shard);
  } else {
    const auto found = shard_from_environment(::getenv);
    if (!found) return std::nullopt;
    say(stderr, "{}: {}\n", to_string(found->shard), found->from);
    shard = found->shard;
  }
  if (shard.of == 1) return std::nullopt;
  const OutputOptions& output = options.output;
  if (!options.baseline.file.empty() || !output.format.empty() || output.json || !output.exports.empty() ||
      !output.history.empty() || output.github || !options.live.empty()) {
    throw UsageError(
        to_string(shard) +
        ": a part of a run is not reported; give --baseline, --format, --json, --export, --history "
        "and --github to leakrig merge, and --live to a whole run");
  }
  return shard;
}

/// A part of a scenario's runs: recorded, and judged by `merge`.
ExitCode run_shard(const ScenarioSpec& scenario, const RunVerbOptions& options, const Shard& shard,
                   const std::filesystem::path& out, Guardian& guardian, const Interrupt& interrupt) {
  if (already_complete(out, scenario, shard)) {
    say(stderr, "{}: {} is complete already: nothing to do\n", out.string(), to_string(shard));
    return ExitCode::ok;
  }
  const unsigned jobs = options.jobs.value_or(scenario.jobs);
  {
    Progress progress(scenario, Progress::style_for(options.output.quiet), jobs);
    run_scenario(scenario, {out, jobs, options.stop_when_sure ? stop_when_sure(scenario) : StopRule{},
                            options.keep_output, shard},
                 guardian, progress, interrupt.token());
  }
  if (interrupt.interrupted()) return ExitCode::interrupted;
  if (!options.output.quiet)
    say(stderr, "{} is recorded in {}; leakrig merge joins all\n", to_string(shard), out.string());
  return ExitCode::ok;
}

ExitCode run(const RunVerbOptions& options) {
  ScenarioOverrides overrides;
  for (const auto& set : options.sets) overrides.set.push_back(parse_set_option(set));
  if (!options.sweep.empty()) overrides.sweep = parse_sweep_option(options.sweep);
  overrides.time_scale = options.time_scale;
  overrides.replicates = options.replicates;
  overrides.controls = options.controls;
  overrides.only_variants = options.variants;
  check_outputs(options.output);
  const std::optional<Shard> shard = shard_asked_for(options);
  if (!options.docker_socket_at.empty() && options.command.empty())
    throw UsageError("--docker-socket-at needs a program to start: leakrig run SCENARIO --docker-socket-at PATH -- ./collector");
  // All are checked before the first is started.
  std::vector<ScenarioSpec> scenarios;
  for (const auto& file : options.scenarios) {
    const auto found = find_scenario(file);
    scenarios.push_back(options.command.empty() ? load_scenario(found, overrides)
                                                : parse_scenario(with_own_subject(found, options.command, options.docker_socket_at),
                                                                 found.string(), overrides));
  }
  for (const auto& scenario : scenarios) print_notes(scenario);
  for (const auto& scenario : scenarios) check_baseline(options.baseline, scenario);

  Guardian guardian;
  Interrupt interrupt;
  ExitCode worst = ExitCode::ok;
  for (const auto& scenario : scenarios) {
    std::filesystem::path out = options.out.empty() ? shard ? shard_directory(scenario.name, *shard)
                                                            : fresh_run_directory(scenario.name)
                                                    : std::filesystem::path{options.out};
    if (!options.out.empty() && scenarios.size() > 1) out /= scenario.name;
    if (shard) {
      worst = worse_of(worst, run_shard(scenario, options, *shard, out, guardian, interrupt));
      if (interrupt.interrupted()) break;
      continue;
    }
    std::optional<LiveView> live;
    if (!options.live.empty()) {
      live.emplace(options.live, [out] { return analyze(load_run_record(out)); });
      say(stderr, "live: {}\n", live->url());
    }
    worst = worse_of(worst, run_one(scenario, options, out, guardian, interrupt, live ? &*live : nullptr));
    if (interrupt.interrupted()) break;
  }
  return worst;
}

}  // namespace

std::function<ExitCode()> add_run(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig run scenarios/task3-disable-keepalives.json --time-scale 1 --variant "
      "keepalives-off\n"
      "  leakrig run fifty-containers -- ./my-collector --docker {docker_host} --loki {loki_url}\n\n"
      "A program behind -- takes the place of the scenario's subject and variants, in real time; it finds "
      "the\n"
      "fleet's daemon in DOCKER_HOST too. --set /sampling/duration=60s makes it shorter.");
  auto options = std::make_shared<RunVerbOptions>();
  app.add_option("SCENARIO", options->scenarios, "Scenario files, or names of shipped ones")->required();
  add_subject_command(app, options->command);
  app.add_option("--docker-socket-at", options->docker_socket_at,
                 "Where the program behind -- finds the Docker socket, if that is built in: /var/run/docker.sock");
  app.add_option("--variant", options->variants, "Run only this variant (repeatable)");
  app.add_option("--set", options->sets, "Override a value: /json/pointer=value (repeatable)");
  app.add_option("--sweep", options->sweep,
                 "Growth against a value, of the reference alone: /json/pointer=1,2,4,8");
  app.add_option("--time-scale", options->time_scale, "Scenario seconds a wall second; 1 is real time");
  app.add_option("--replicates", options->replicates, "Run each variant so often, interleaved A B B A")
      ->check(CLI::Range(1, 50));
  app.add_flag("--controls", options->controls,
               "Also run the baseline again and a planted leak; if they come out wrong the run fails (3)");
  app.add_flag("--stop-when-sure", options->stop_when_sure,
               "End a variant at the first look (every 15 s of scenario time) that is sure of a leak");
  app.add_option("--jobs", options->jobs, "Variants at a time (the scenario's \"jobs\", or 1)")
      ->check(CLI::Range(1, 64));
  app.add_option("--shard", options->shard,
                 "Run part I of N, for leakrig merge: I/N. A Slurm array, a Kubernetes Indexed Job with "
                 "LEAKRIG_SHARDS, and "
                 "GitLab's parallel set it by themselves; 1/1 runs everything");
  app.add_option("--out", options->out,
                 "The run directory to make (runs/NAME-TIME; of a shard runs/NAME.shard-I-of-N)");
  app.add_flag("--keep-output", options->keep_output, "Keep all that the subjects write, not 64 MiB of each");
  app.add_option("--live", options->live,
                 "Show the run in a browser: HOST:PORT on loopback, e.g. 127.0.0.1:0");
  add_baseline_options(app, options->baseline);
  add_output_options(app, options->output, "console on a terminal, else markdown");
  app.add_flag("-q,--quiet", options->output.quiet,
               "No progress and no report; the exit code and the files remain");
  return [options] { return run(*options); };
}

}  // namespace leakrig
