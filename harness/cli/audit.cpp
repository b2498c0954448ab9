#include "harness/run/audit.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "harness/analysis/analyze.h"
#include "harness/analysis/audit.h"
#include "harness/cli/command.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/outputs.h"
#include "harness/cli/own_subject.h"
#include "harness/cli/progress.h"
#include "harness/cli/scenario_notes.h"
#include "harness/cli/subject_command.h"
#include "harness/core/say.h"
#include "harness/core/units.h"
#include "harness/report/report_files.h"
#include "harness/report/sentences.h"
#include "harness/run/run_directory.h"
#include "harness/spec/load_scenario.h"
#include "harness/spec/scenario_files.h"

namespace leakrig {
namespace {

struct AuditVerbOptions {
  std::string scenario;
  std::vector<std::string> command;
  std::string docker_socket_at;
  std::vector<std::string> only;
  std::vector<std::string> skip;
  std::vector<std::string> sets;
  int occurrences = 12;
  double wait_s = 10;
  std::optional<unsigned> jobs;
  bool list = false;
  std::string out;
  OutputOptions output;
};

/// In real time subjects mostly wait; the built-in collector's hurried minutes need a CPU each.
unsigned default_jobs(const ScenarioSpec& scenario) {
  constexpr double kHurried = 10;
  constexpr unsigned kWaitingEach = 6;
  const unsigned cpus = std::max(1U, std::thread::hardware_concurrency());
  return std::min(64U, scenario.variants.front().sampling.time_scale < kHurried ? kWaitingEach * cpus : cpus);
}

ScenarioSpec scenario_of(const AuditVerbOptions& options) {
  ScenarioOverrides overrides;
  for (const auto& set : options.sets) overrides.set.push_back(parse_set_option(set));
  if (options.scenario.empty()) return parse_scenario(undisturbed_scenario(options.command, options.docker_socket_at), "audit", overrides);
  const auto found = find_scenario(options.scenario);
  if (options.command.empty()) return load_scenario(found, overrides);
  return parse_scenario(with_own_subject(found, options.command, options.docker_socket_at), found.string(), overrides);
}

ExitCode list_stimuli(const std::vector<Stimulus>& stimuli) {
  std::size_t width = 0;
  for (const auto& each : stimuli) width = std::max(width, each.name.size());
  std::string_view family;
  for (const auto& each : stimuli) {
    if (each.family != family) say(stdout, "{}:\n", each.family);
    family = each.family;
    say(stdout, "  {:<{}}  {}\n", each.name, width, plain_text(std::string{each.event}));
  }
  return ExitCode::ok;
}

ExitCode audit(const AuditVerbOptions& options) {
  const auto stimuli = chosen_stimuli(options.only, options.skip);
  if (options.list) return list_stimuli(stimuli);
  if (!options.output.history.empty())
    throw UsageError("--history: an audit has no rates a minute to record; use --export json=FILE");
  check_outputs(options.output);
  const ScenarioSpec plain = scenario_of(options);
  print_notes(plain);
  const ScenarioSpec scenario = audit_scenario(plain, stimuli, options.occurrences);
  const std::filesystem::path out =
      options.out.empty() ? fresh_run_directory(plain.name == "audit" ? "audit" : "audit-" + plain.name)
                          : std::filesystem::path{options.out};
  const unsigned jobs = options.jobs.value_or(default_jobs(scenario));

  Guardian guardian;
  Interrupt interrupt;
  {
    Progress progress(scenario, Progress::style_for(options.output.quiet), jobs);
    AuditOptions how{out, jobs, options.occurrences, from_seconds(options.wait_s), are_undecided};
    run_audit(scenario, stimuli, how, guardian, progress, interrupt.token());
  }
  const Analysis analysis = analyze(load_run_record(out));
  write_report_files(analysis, out);
  write_samples(options.output, [&] { return load_run_record(out); });
  write_outputs(options.output, analysis, ::isatty(STDOUT_FILENO) == 1 ? "console" : "markdown");
  if (!options.output.quiet) say(stderr, "report: {} and {}\n", (out / run_file::kReport).string(), kPage);
  return interrupt.interrupted() ? ExitCode::interrupted : analysis.exit_code;
}

}  // namespace

std::function<ExitCode()> add_audit(CLI::App& app) {
  app.footer(
      "Brings every stimulus of the catalogue upon a fresh subject, some occurrences each, and counts at rest what "
      "each occurrence leaves behind. Exit code 1: something stays, or does not recover; 4: undecided. The command "
      "may hold {docker_host}, {docker_socket}, {loki_url}, {state_dir} and {port:NAME}; with {port:pprof} its "
      "goroutines are read there. DOCKER_HOST and LOKI_URL are set for it.\n"
      "Examples:\n  leakrig audit -- ./my-collector\n  leakrig audit --only answers --only sink-429 -- ./my-collector "
      "-pprof 127.0.0.1:{port:pprof}\n  leakrig audit --list");
  auto options = std::make_shared<AuditVerbOptions>();
  app.add_option("SCENARIO", options->scenario,
                 "A scenario whose fleet and reference are used (eight containers and the built-in collector)");
  add_subject_command(app, options->command);
  app.add_option("--docker-socket-at", options->docker_socket_at,
                 "Where the program behind -- looks for Docker's socket, in a mount namespace of its own");
  app.add_option("--only", options->only, "Try only this stimulus or family (repeatable)");
  app.add_option("--skip", options->skip, "Leave this stimulus or family out (repeatable)");
  app.add_option("--occurrences", options->occurrences, "Of each stimulus (12); as many again where those do not decide")->check(CLI::Range(4, 1000));
  app.add_option("--wait", options->wait_s, "Seconds for the program's first request; later it is not tried (10)")
      ->check(CLI::Range(1.0, 3600.0));
  app.add_option("--jobs", options->jobs, "Stimuli at a time (the number of CPUs; in real time six for each)")->check(CLI::Range(1, 64));
  app.add_flag("--list", options->list, "Show the catalogue and run nothing");
  app.add_option("--set", options->sets, "Override a value: /json/pointer=value (repeatable)");
  app.add_option("--out", options->out, "The run directory to make (runs/audit-TIME)");
  app.add_flag("-q,--quiet", options->output.quiet, "No progress and no report; the exit code and the files remain");
  add_output_options(app, options->output, "console on a terminal, else markdown");
  return [options] { return audit(*options); };
}

}  // namespace leakrig
