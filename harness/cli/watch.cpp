#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "harness/cli/command.h"
#include "harness/cli/interrupt.h"
#include "harness/cli/outputs.h"
#include "harness/cli/watch_options.h"
#include "harness/core/process.h"
#include "harness/core/say.h"
#include "harness/core/units.h"
#include "harness/live/live_view.h"
#include "harness/report/format.h"
#include "harness/report/report_files.h"
#include "harness/run/await_probes.h"
#include "harness/run/runtime_directory.h"
#include "harness/run/subject_probes.h"
#include "harness/spec/scenario_text.h"
#include "harness/subject/subject.h"
#include "harness/watch/own_program.h"
#include "harness/watch/per_thousand.h"
#include "harness/watch/watch_record.h"
#include "harness/watch/watch_session.h"

namespace leakrig {
namespace {

/// That which cannot be read at all is an error now; later it would be a gap.
void check_readable(const std::vector<std::unique_ptr<Probe>>& probes) {
  for (const auto& probe : probes) {
    ProbeValues values;
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

/// What is watched: attached to, only read over HTTP, or started.
class Target {
 public:
  Target(const WatchOptions& options, const std::stop_token& stop, Guardian* guardian) : options_(options) {
    if (options.pid) attached_ = attach_pid(*options.pid);
    if (options.starts()) start(stop, *guardian);
  }

  Subject* subject() { return own_ ? &own_->subject() : attached_.get(); }
  OwnProgram* own() { return own_ ? &*own_ : nullptr; }
  Discovery discovery() const { return own_ ? own_->discovery() : Discovery{}; }
  pid_t pid() { return subject() == nullptr ? 0 : subject()->pid(); }

  std::vector<std::unique_ptr<Probe>> probes(const ScenarioSpec& scenario, const Clock& clock,
                                             const std::stop_token& stop) {
    if (Subject* watched = subject(); watched != nullptr) {
      if (const auto unserved = await_probes(scenario.subject, *watched, stop)) throw Error("cannot watch: " + *unserved);
    }
    auto probes = make_subject_probes(scenario.subject, pid(), clock, own_ ? subject()->tree_root() : 0);
    check_readable(probes);
    if (!own_) return probes;
    for (auto& probe : own_->runtime_probes(clock)) probes.push_back(std::move(probe));
    own_->drive();
    if (auto count = own_->count_probe()) probes.push_back(std::move(count));
    return probes;
  }

 private:
  void start(const std::stop_token& stop, Guardian& guardian) {
    std::filesystem::path logs = options_.out;
    if (!options_.out.empty()) {
      std::error_code unusable;  // told when the record is begun
      std::filesystem::create_directories(logs, unusable);
      if (std::filesystem::exists(logs / run_file::kSamples))
        throw UsageError(
            fmt::format("{}: holds a run already; choose another --out, or remove it", options_.out));
    } else {
      runtime_.emplace(guardian);
      logs = runtime_->path();
    }
    own_.emplace(
        OwnProgramOptions{command_of(options_, std::filesystem::absolute(logs / "watched.subject.log")),
                          options_.load, logs / "watched.load.log", options_.per, !options_.no_discovery},
        guardian, stop, [this](const std::string& sentence) {
          if (!options_.output.quiet) say(stderr, "{}\n", sentence);
        });
  }

  const WatchOptions& options_;
  std::optional<RuntimeDirectory> runtime_;
  std::unique_ptr<Subject> attached_;
  std::optional<OwnProgram> own_;
};

/// The load's own verdict, in its own words.
void tell_load(const LoadReport& load) {
  say(stderr, "the load ran {} time{} to its end{}, {:.0f} s in all{}\n", load.runs,
             load.runs == 1 ? "" : "s",
             load.failed == 0 ? "" : fmt::format(", {} of them failed ({})", load.failed, load.last_failure),
             load.busy_s, load.last_lines.empty() ? "" : "; its last output:");
  if (!load.last_lines.empty())
    say(stderr, "{}{}", load.last_lines, load.last_lines.ends_with('\n') ? "" : "\n");
}

void print_per_thousand(const WatchOptions& options, const WatchRecord& record, const Analysis& analysis) {
  if (options.per.empty() || analysis.variants.empty()) return;
  const auto& watched = analysis.variants.front();
  const auto rates = growth_per_thousand(record.watched(), watched);
  say(stdout, "\nPer 1,000 {}\n", options.per);
  if (rates.empty()) say(stdout, "  not known: it was not counted often enough\n");
  for (const auto& rate : rates) {
    say(stdout, "  {:<18} {:+.2f} ({} interval {:.2f} to {:.2f})\n", metric_title(rate.metric), rate.rate,
               percent_text(rate.confidence), rate.ci_low, rate.ci_high);
  }
}

ExitCode watch(const WatchOptions& options) {
  check_watch_options(options);
  const WatchSchedule schedule = schedule_of(options);
  const bool chosen = options.output.json || !options.output.format.empty();
  std::optional<Guardian> guardian;
  if (options.starts()) guardian.emplace();
  Interrupt interrupt;
  Target target(options, interrupt.token(), guardian ? &*guardian : nullptr);
  const ScenarioSpec scenario = watch_scenario(options, target.discovery());
  const SystemClock clock;
  const auto probes = target.probes(scenario, clock, interrupt.token());

  std::optional<std::filesystem::path> out;
  if (!options.out.empty()) out = options.out;
  WatchRecord record(nlohmann::json::parse(scenario_text(scenario)), schedule, out, target.pid());
  LatestRecord latest;
  std::optional<LiveView> live;
  std::function<void(const Sample&, bool)> told;
  if (!options.live.empty()) {
    latest.set(record.run());
    live.emplace(options.live, [&latest] { return latest.analysis(); });
    say(stderr, "live: {}\n", live->url());
    told = [&](const Sample& sample, bool row) {
      live->sampled(record.watched().name, sample);
      if (!row) return;
      latest.set(record.run());
      live->renew();
    };
  }
  WatchParts parts{record, probes, target.subject(), {}, schedule, options.until_sure};
  if (auto* own = target.own()) parts.hopeless = [own] { return own->hopeless(); };
  parts.table = options.output.quiet ? nullptr : chosen ? stderr : stdout;
  parts.color = stdout_has_color();
  parts.told = told;
  WatchSession session(parts);
  session.run(clock, interrupt.token());
  if (auto* own = target.own()) {
    const auto load = own->stop_load();
    own->stop();
    if (load && !options.output.quiet) tell_load(*load);
  }

  Analysis analysis = analyze(record.run());
  apply_strict(options.output, analysis);
  if (live) live->finish(analysis);
  if (out) {
    record.check();
    write_report_files(analysis, *out);
  }
  if (!chosen && !options.output.quiet) say(stdout, "\n");
  write_samples(options.output, [&] { return record.run(); });
  write_outputs(options.output, analysis, "console");
  if (!chosen && !options.output.quiet) print_per_thousand(options, record, analysis);
  if (out && !options.output.quiet)
    say(stderr, "report: {} and {}\n", (*out / run_file::kReport).string(), kPage);
  return interrupt.interrupted() ? ExitCode::interrupted : analysis.exit_code;
}

}  // namespace

std::function<ExitCode()> add_watch(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig watch -- ./server --port 8080\n"
      "  leakrig watch --load 'hey -z 10s $LEAKRIG_URL/' --per requests -- ./server --port 8080\n"
      "  leakrig watch --pid 4711 --pprof http://127.0.0.1:6060 --for 10m --out runs/mine\n"
      "  leakrig watch --metrics http://127.0.0.1:9100/metrics --metric go_goroutines --until-sure\n\n"
      "A program behind -- is started, waited for, asked at its ports for pprof and metrics, counted with\n"
      "everything that it starts, and stopped.\n\n"
      "Exit codes: 0 stable, 1 a leak, 3 it ended or cannot be watched, 4 inconclusive, 130 interrupted. A "
      "long watch keeps at most\n"
      "2,000 readings and 60 rows: beyond, every second one, and so on.");
  auto options = std::make_shared<WatchOptions>();
  add_watch_options(app, *options);
  return [options] { return watch(*options); };
}

}  // namespace leakrig
