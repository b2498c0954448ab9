#include "harness/watch/own_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/sample.h"
#include "harness/core/units.h"
#include "harness/probe/callback_probe.h"
#include "harness/probe/metrics_probe.h"
#include "harness/probe/metrics_text.h"
#include "harness/probe/runtime_probe.h"
#include "harness/subject/ready_check.h"
#include "harness/watch/settling.h"

namespace leakrig {
namespace {

/// What the program said last, below a sentence about its end.
std::string quoted(const std::string& output) {
  if (output.empty()) return " It wrote nothing.";
  return fmt::format(" Its last output:\n{}", output);
}

std::string listening_on(const std::vector<ListeningAddress>& listeners) {
  std::vector<std::string> addresses;
  for (const auto& listener : listeners) addresses.push_back(listener.text());
  return fmt::format("{}", fmt::join(addresses, ", "));
}

}  // namespace

std::optional<std::string> counter_named(const std::string& page, const std::string& name) {
  std::set<std::string> containing;
  bool exact = false;
  parse_metrics(page, [&](const MetricSeries& series) {
    if (series.name == name) exact = true;
    const bool counter = series.name.ends_with("_total") || series.name.ends_with("_count");
    if (counter && series.name.find(name) != std::string_view::npos) containing.emplace(series.name);
  });
  if (exact) return name;
  if (containing.empty()) return std::nullopt;
  if (containing.size() > 1) {
    throw UsageError(
        fmt::format("--per {}: several counters of the metrics page have that in their name: {}; give "
                    "the whole name of one",
                    name, fmt::join(containing, ", ")));
  }
  return *containing.begin();
}

OwnProgram::OwnProgram(OwnProgramOptions options, Guardian& guardian, const std::stop_token& stop, Tell tell)
    : options_(std::move(options)), tell_(std::move(tell)) {
  start(guardian, stop);
  if (options_.discover) look_around();
}

void OwnProgram::start(Guardian& guardian, const std::stop_token& stop) {
  const SystemClock clock;
  const Nanos began = clock.monotonic();
  StartResult started = start_command(options_.command, &guardian, stop);
  const std::string& program = options_.command.argv.front();
  if (const auto* never = std::get_if<NeverReady>(&started))
    throw Error(fmt::format("{} was {}.{}", program, never->reason, quoted(never->output_tail)));
  if (const auto* died = std::get_if<DiedEarly>(&started)) {
    throw Error(fmt::format("{} ended before it was ready, with {}.{}", program, died->status.describe(),
                            quoted(died->output_tail)));
  }
  if (std::holds_alternative<StartInterrupted>(started))
    throw Error("interrupted before the program was ready", ExitCode::interrupted);
  subject_ = std::move(std::get<std::unique_ptr<Subject>>(started));
  tell_(fmt::format("started {} (process {}), its output is in {}", program, subject_->pid(),
                    options_.command.output.string()));
  if (options_.command.ready.kind == ReadyCheck::Kind::none) settle(stop);
  tell_(fmt::format("ready after {}", humanize_duration(clock.monotonic() - began)));
}

void OwnProgram::settle(const std::stop_token& stop) {
  switch (wait_until_settled(*subject_, stop)) {
    case Settled::listening:
    case Settled::quiet:
      return;
    case Settled::busy:
      return tell_(
          "it is busy without having opened a port: it is taken as it is (--ready-line or --ready-port tell "
          "when "
          "it is ready)");
    case Settled::ended: {
      const auto status = subject_->poll();
      throw Error(fmt::format("{} ended before it could be watched{}.{}{}", options_.command.argv.front(),
                              status ? ", with " + status->describe() : "",
                              status && status->clean() ? " What it reads from standard input is empty here." : "",
                              quoted(tail_of(options_.command.output, 0))));
    }
    case Settled::interrupted:
      break;
  }
  throw Error("interrupted before the program was ready", ExitCode::interrupted);
}

void OwnProgram::look_around() {
  discovery_ = discover(tree_of(subject_->tree_root()));
  if (discovery_.listeners.empty()) return tell_("it listens on no TCP port: it is read through /proc alone");
  tell_(fmt::format("it listens on {}", listening_on(discovery_.listeners)));
  for (const auto& endpoint : discovery_.endpoints)
    tell_(fmt::format("found {} at {}", describe(endpoint.kind), endpoint.url));
}

void OwnProgram::drive() {
  if (!options_.per.empty()) {
    if (const auto* metrics = discovery_.first(ServedEndpoint::Kind::metrics)) {
      const auto page = HttpFetcher(*parse_http_url(metrics->url)).get();
      if (page.ok) counter_ = counter_named(page.body, options_.per).value_or("");
    }
    if (counter_.empty() && options_.load.empty()) {
      throw UsageError(
          fmt::format("--per {}: the program has no metrics page with such a counter, and there is no "
                      "--load whose output could count it",
                      options_.per));
    }
  }
  if (options_.load.empty()) return;
  LoadDriver::Options load{options_.load, {}, options_.load_log, counter_.empty() ? options_.per : ""};
  if (!discovery_.service_url.empty()) load.env["LEAKRIG_URL"] = discovery_.service_url;
  load_ = std::make_unique<LoadDriver>(std::move(load));
}

std::vector<std::unique_ptr<Probe>> OwnProgram::runtime_probes(const Clock& clock) {
  if (!options_.discover) return {};
  return leakrig::runtime_probes(tree_of(subject_->tree_root()), discovery_, options_.load_log.parent_path() / "runtime", clock,
                                 tell_);
}

std::unique_ptr<Probe> OwnProgram::count_probe() {
  if (options_.per.empty()) return nullptr;
  if (!counter_.empty()) {
    return std::make_unique<MetricsProbe>(discovery_.first(ServedEndpoint::Kind::metrics)->url,
                                          std::map<std::string, std::string>{{counter_, metric::kLoadCount}});
  }
  return std::make_unique<CallbackProbe>("load", [this](ProbeValues& values) {
    const auto count = load_ ? load_->count() : std::nullopt;
    if (count) values[metric::kLoadCount] = *count;
    return true;
  });
}

std::optional<std::string> OwnProgram::hopeless() const {
  return load_ ? load_->useless() : std::nullopt;
}

std::optional<LoadReport> OwnProgram::stop_load() {
  if (!load_) return std::nullopt;
  return load_->stop();
}

void OwnProgram::stop() {
  load_.reset();
  const StopReport report = subject_->stop();
  std::string how = report.killed      ? "it did not stop when asked to and was killed"
                    : report.had_ended ? "it had ended by itself"
                                       : "it stopped";
  if (report.status && !report.killed) how += " with " + report.status->describe();
  if (report.left_killed) how += "; what it had left running was killed";
  tell_(how);
}

}  // namespace leakrig
