#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "harness/cli/command.h"
#include "harness/cli/interrupt.h"
#include "harness/live/live_view.h"
#include "harness/cli/outputs.h"
#include "harness/report/report_files.h"
#include "harness/watch/watch_record.h"
#include "harness/watch/watch_session.h"
#include "harness/core/units.h"
#include "harness/run/subject_probes.h"
#include "harness/spec/scenario_text.h"
#include "harness/subject/subject.h"

namespace leakrig {
namespace {

using nlohmann::json;

struct Options {
  std::optional<pid_t> pid;
  bool children = false;
  std::string pprof;
  std::string metrics;
  std::vector<std::string> metric;
  std::string duration;
  std::string warmup = "0s";
  std::string every = "10s";
  std::string resolution = "1s";
  bool until_sure = false;
  std::optional<double> tolerance;
  std::string out;
  std::string live;
  OutputOptions output;
};

Nanos duration_of(const char* option, const std::string& text, bool zero_allowed) {
  const auto duration = parse_duration(text);
  if (!duration || (*duration == Nanos{0} && !zero_allowed)) {
    throw UsageError(fmt::format("{} {}: a duration such as 90s, 10m or 1h30m is needed", option, text));
  }
  return *duration;
}

WatchSchedule schedule_of(const Options& options) {
  constexpr Nanos kWithoutEnd = std::chrono::hours{10'000};  // more than a year
  WatchSchedule schedule;
  schedule.warmup = duration_of("--warmup", options.warmup, true);
  schedule.duration = options.duration.empty() ? kWithoutEnd : duration_of("--for", options.duration, false);
  schedule.every = duration_of("--every", options.every, false);
  schedule.resolution = std::min(duration_of("--resolution", options.resolution, false), schedule.every);
  if (schedule.resolution < std::chrono::milliseconds{10})
    throw UsageError("--resolution: 10ms is the shortest");
  return schedule;
}

/// A metric's name in the samples: "http_requests{code=\"200\"}" becomes "http_requests_code_200".
std::string name_of(const std::string& selector) {
  std::string name;
  for (const char c : selector) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) {
      name += c;
    } else if (!name.empty() && name.back() != '_') {
      name += '_';
    }
  }
  while (name.ends_with('_')) name.pop_back();
  return name;
}

SubjectSpec subject_of(const Options& options) {
  SubjectSpec subject;
  if (options.pid) subject.what = AttachedProcess{*options.pid};
  subject.probes.children = options.children;
  subject.probes.pprof = options.pprof;
  if (!options.metrics.empty()) {
    auto& metrics = subject.probes.metrics.emplace();
    metrics.url = options.metrics;
    for (const auto& selector : options.metric) metrics.read[selector] = name_of(selector);
  }
  return subject;
}

std::string title_of(const Options& options) {
  if (!options.pid) return "Watch of " + (options.pprof.empty() ? options.metrics : options.pprof);
  std::ifstream file{fmt::format("/proc/{}/comm", *options.pid)};
  std::string name;
  std::getline(file, name);
  return fmt::format("Watch of process {} ({})", *options.pid, name);
}

ScenarioSpec scenario_of(const Options& options) {
  ScenarioSpec scenario;
  scenario.name = "watch";
  scenario.title = title_of(options);
  scenario.subject = subject_of(options);
  scenario.sampling.time_scale = 1;
  scenario.fleet.containers = 0;
  if (options.tolerance) scenario.analysis.tolerance_per_min = *options.tolerance;
  return scenario;
}

void check_combination(const Options& options) {
  if (!options.pid && options.pprof.empty() && options.metrics.empty()) {
    throw UsageError("nothing to watch: give --pid, --pprof or --metrics");
  }
  if (options.metrics.empty() != options.metric.empty()) {
    throw UsageError("--metrics and --metric go together: the URL, and what to read there");
  }
  if (options.children && !options.pid) throw UsageError("--children needs --pid");
  check_outputs(options.output);
}

/// That which cannot be read at all is an error now; later it would be a gap.
void check_readable(const std::vector<std::unique_ptr<Probe>>& probes) {
  for (const auto& probe : probes) {
    Readings values;
    if (probe->read(values)) continue;
    throw Error(fmt::format("cannot watch: {}: {}", probe->name(),
                            probe->problem().empty() ? "nothing can be read" : probe->problem()));
  }
}

/// The record as of the last row, for the live view's thread. A copy: the session goes on writing its own.
class LatestRecord {
 public:
  void set(const RunRecord& record) {
    auto copy = std::make_shared<const RunRecord>(record);
    const std::lock_guard lock(mutex_);
    latest_ = std::move(copy);
  }
  Analysis analysis() const {
    std::shared_ptr<const RunRecord> record;
    {
      const std::lock_guard lock(mutex_);
      record = latest_;
    }
    if (record == nullptr) throw Error("nothing was read yet");
    return analyze(*record);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const RunRecord> latest_;
};

ExitCode watch(const Options& options) {
  check_combination(options);
  const WatchSchedule schedule = schedule_of(options);
  const bool chosen = options.output.json || !options.output.format.empty();
  Interrupt interrupt;
  std::unique_ptr<Subject> subject;
  if (options.pid) subject = attach_pid(*options.pid);
  const ScenarioSpec scenario = scenario_of(options);
  const SystemClock clock;
  const auto probes = make_subject_probes(scenario.subject, options.pid.value_or(0), clock);
  check_readable(probes);

  std::optional<std::filesystem::path> out;
  if (!options.out.empty()) out = options.out;
  WatchRecord record(json::parse(scenario_text(scenario)), schedule, out, options.pid.value_or(0));
  LatestRecord latest;
  std::optional<LiveView> live;
  std::function<void(const Sample&, bool)> told;
  if (!options.live.empty()) {
    latest.set(record.run());
    live.emplace(options.live, [&latest] { return latest.analysis(); });
    fmt::print(stderr, "live: {}\n", live->url());
    told = [&](const Sample& sample, bool row) {
      live->sampled(record.watched().name, sample);
      if (!row) return;
      latest.set(record.run());
      live->renew();
    };
  }
  WatchSession session({record, probes, subject.get(), schedule, options.until_sure,
                        options.output.quiet ? nullptr
                        : !chosen            ? stdout
                                             : stderr,
                        stdout_has_color(), told});
  session.run(clock, interrupt.token());

  const Analysis analysis = analyze(record.run());
  if (live) live->finish(analysis);
  if (out) {
    record.check();
    write_report_files(analysis, *out);
  }
  if (!chosen && !options.output.quiet) fmt::print("\n");
  write_outputs(options.output, analysis, "console");
  if (out && !options.output.quiet)
    fmt::print(stderr, "report: {} and {}\n", (*out / run_file::kReport).string(), kPage);
  return interrupt.interrupted() ? ExitCode::interrupted : analysis.exit_code;
}

}  // namespace

std::function<ExitCode()> add_watch(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig watch --pid 4711 --pprof http://127.0.0.1:6060 --for 10m --out runs/mine\n"
      "  leakrig watch --metrics http://127.0.0.1:9100/metrics --metric go_goroutines --until-sure\n\n"
      "Exit codes: 0 stable, 1 a leak, 3 it ended or cannot be watched, 4 inconclusive, 130 interrupted. A "
      "long watch keeps at most\n"
      "2,000 readings and 60 rows: beyond, every second one, and so on.");
  auto options = std::make_shared<Options>();
  app.add_option("--pid", options->pid, "A running process, through /proc");
  app.add_flag("--children", options->children, "Count its child processes with it");
  app.add_option("--pprof", options->pprof, "http:// address of Go's net/http/pprof: goroutines by stack");
  app.add_option("--metrics", options->metrics,
                 "http:// address of Prometheus or OpenMetrics text, or of JSON");
  app.add_option("--metric", options->metric,
                 "What to read there: NAME, NAME{label=\"value\"} or a JSON pointer (repeatable)");
  app.add_option("--for", options->duration, "Stop after this long (until interrupted)");
  app.add_option("--every", options->every, "A row of the table")->capture_default_str();
  app.add_option("--resolution", options->resolution, "A reading")->capture_default_str();
  app.add_option("--warmup", options->warmup, "Before T+0: does not count")->capture_default_str();
  app.add_flag("--until-sure", options->until_sure, "Stop as soon as there is a leak, or nothing can be one");
  app.add_option("--tolerance", options->tolerance, "Growth a minute that does not matter (2)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--out", options->out, "Keep the record and the report in this run directory");
  app.add_option("--live", options->live,
                 "Show the watch in a browser: HOST:PORT on loopback, e.g. 127.0.0.1:0");
  add_output_options(app, options->output, "console; with it the table goes to standard error");
  app.add_flag("-q,--quiet", options->output.quiet, "No table and no report; the exit code tells");
  return [options] { return watch(*options); };
}

}  // namespace leakrig
