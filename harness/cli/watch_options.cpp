#include "harness/cli/watch_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "harness/cli/subject_command.h"
#include "harness/core/error.h"
#include "harness/core/http_url.h"
#include "harness/core/sample.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

Nanos duration_of(const char* option, const std::string& text, const char* fallback, bool zero_allowed) {
  const auto duration = parse_duration(text.empty() ? fallback : text);
  if (!duration || (*duration == Nanos{0} && !zero_allowed)) {
    throw UsageError(fmt::format("{} {}: a duration such as 90s, 10m or 1h30m is needed", option, text));
  }
  return *duration;
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

/// --judge takes the words that people use.
std::string judged_metric(const std::string& word) {
  static const std::map<std::string, std::string> kWords{
      {"rss", metric::kRssBytes}, {"memory", metric::kRssBytes}, {"descriptors", metric::kFds}};
  const auto known = kWords.find(word);
  return known == kWords.end() ? word : known->second;
}

SubjectSpec subject_of(const WatchOptions& options, const Discovery& found) {
  SubjectSpec subject;
  if (options.pid) subject.what = AttachedProcess{*options.pid};
  subject.probes.children = options.children;
  if (options.starts()) {
    CommandConfig command;
    command.argv = options.command;
    subject.what = std::move(command);
    subject.probes.children = options.children || !options.no_children;
  }
  subject.probes.pprof = options.pprof;
  if (const auto* go = found.first(ServedEndpoint::Kind::pprof);
      subject.probes.pprof.empty() && go != nullptr)
    subject.probes.pprof = go->url;
  if (!options.metrics.empty()) {
    auto& metrics = subject.probes.metrics.emplace();
    metrics.url = options.metrics;
    for (const auto& selector : options.metric) metrics.read[selector] = name_of(selector);
  }
  return subject;
}

std::string title_of(const WatchOptions& options) {
  if (options.starts()) {
    std::string title = "Watch of";
    for (const auto& word : options.command) title += " " + word;
    return without_logins(title);
  }
  if (!options.pid)
    return "Watch of " + without_logins(options.pprof.empty() ? options.metrics : options.pprof);
  std::ifstream file{fmt::format("/proc/{}/comm", *options.pid)};
  std::string name;
  std::getline(file, name);
  return fmt::format("Watch of process {} ({})", *options.pid, name);
}

}  // namespace

WatchSchedule schedule_of(const WatchOptions& options) {
  const bool starts = options.starts();
  WatchSchedule schedule;
  schedule.warmup = duration_of("--warmup", options.warmup, starts ? "5s" : "0s", true);
  schedule.duration = duration_of("--for", options.duration, starts ? "40s" : "10000h", false);
  schedule.every = duration_of("--every", options.every, starts ? "5s" : "10s", false);
  schedule.resolution = std::min(
      duration_of("--resolution", options.resolution, starts ? "250ms" : "1s", false), schedule.every);
  if (schedule.resolution < std::chrono::milliseconds{10})
    throw UsageError("--resolution: 10ms is the shortest");
  return schedule;
}

CommandSpec command_of(const WatchOptions& options, const std::filesystem::path& output) {
  CommandSpec spec;
  spec.argv = options.command;
  spec.output = output;
  if (options.keep_output) spec.output_limit = 0;
  spec.grace = duration_of("--stop-within", options.stop_within, "10s", false);
  if (!options.ready_line.empty()) spec.ready = {ReadyCheck::Kind::output_line, options.ready_line};
  if (options.ready_port) spec.ready = {ReadyCheck::Kind::tcp_port, std::to_string(*options.ready_port)};
  if (!options.ready_http.empty()) spec.ready = {ReadyCheck::Kind::http, options.ready_http};
  return spec;
}

ScenarioSpec watch_scenario(const WatchOptions& options, const Discovery& found) {
  ScenarioSpec scenario;
  scenario.name = "watch";
  scenario.title = title_of(options);
  scenario.subject = subject_of(options, found);
  scenario.sampling.time_scale = 1;
  scenario.fleet.containers = 0;
  scenario.analysis.tolerance_per_min = options.tolerance;
  for (const auto& word : options.judge) scenario.analysis.also_judge.push_back(judged_metric(word));
  return scenario;
}

void check_watch_options(const WatchOptions& options) {
  if (options.starts() && options.pid)
    throw UsageError("--pid and a program to start (--) do not go together: choose one");
  if (!options.starts() && !options.pid && options.pprof.empty() && options.metrics.empty()) {
    throw UsageError(
        "nothing to watch: give a program to start (leakrig watch -- ./server), or --pid, --pprof or "
        "--metrics");
  }
  if (options.metrics.empty() != options.metric.empty()) {
    throw UsageError("--metrics and --metric go together: the URL, and what to read there");
  }
  if (options.children && !options.pid && !options.starts()) throw UsageError("--children needs --pid");
  const bool of_started = !options.load.empty() || !options.per.empty() || !options.ready_line.empty() ||
                          options.ready_port || !options.ready_http.empty() || options.no_children ||
                          options.keep_output || options.no_discovery || !options.stop_within.empty();
  if (of_started && !options.starts()) {
    throw UsageError(
        "--load, --per, --ready-..., --no-children, --no-discovery, --keep-output and --stop-within need a "
        "program to start: leakrig watch ... -- ./server");
  }
  check_outputs(options.output);
}

void add_watch_options(CLI::App& app, WatchOptions& options) {
  add_subject_command(app, options.command);
  app.add_option("--pid", options.pid, "A running process, through /proc");
  app.add_flag("--children", options.children, "Count its child processes with it (--pid)");
  app.add_option(
      "--load", options.load,
      "Drive the started program with this shell command, again and again; $LEAKRIG_URL is its address");
  app.add_option(
      "--per", options.per,
      "Also growth per 1,000 of this: a counter of its metrics page, or what the load's output counts");
  app.add_option("--judge", options.judge, "Judge this metric too: rss, threads, ... (repeatable)");
  app.add_option("--ready-line", options.ready_line, "The program is ready when it has written this");
  app.add_option("--ready-port", options.ready_port, "... when this port accepts a connection")
      ->check(CLI::Range(1, 65535));
  app.add_option("--ready-http", options.ready_http,
                 "... when this URL answers 2xx (else: it listens and rests)");
  app.add_option("--stop-within", options.stop_within, "Kill the program if it takes longer to stop (10s)");
  app.add_flag("--no-children", options.no_children, "Count the started process alone, not its whole tree");
  app.add_flag("--no-discovery", options.no_discovery, "Do not ask its ports for pprof and metrics");
  app.add_flag("--keep-output", options.keep_output, "Keep all it writes, not 64 MiB of it");
  app.add_option("--pprof", options.pprof,
                 "Address of Go's net/http/pprof: http://, https:// or unix:///SOCKET; a user and password "
                 "in it or in a "
                 "netrc");
  app.add_option(
      "--metrics", options.metrics,
      "Address of Prometheus or OpenMetrics text, or of JSON: http://, https:// or unix:///SOCKET:/PATH");
  app.add_option("--metric", options.metric,
                 "What to read there: NAME, NAME{label=\"value\"} or a JSON pointer (repeatable)");
  app.add_option("--for", options.duration,
                 "Stop after this long (40s of a started program; else until interrupted)");
  app.add_option("--every", options.every, "A row of the table (5s; else 10s)");
  app.add_option("--resolution", options.resolution, "A reading (250ms; else 1s)");
  app.add_option("--warmup", options.warmup, "Before T+0: does not count (5s; else 0s)");
  app.add_flag("--until-sure", options.until_sure, "Stop as soon as there is a leak, or nothing can be one");
  app.add_option("--tolerance", options.tolerance, "Growth a minute that does not matter (2)")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--out", options.out, "Keep the record and the report in this run directory");
  app.add_option("--live", options.live,
                 "Show the watch in a browser: HOST:PORT on loopback, e.g. 127.0.0.1:0");
  app.add_option("--listen", options.listen,
                 "Answer Prometheus with what is known so far: HOST:PORT, at /metrics");
  add_output_options(app, options.output, "console; with it the table goes to standard error");
  app.add_flag("-q,--quiet", options.output.quiet, "No table and no report; the exit code tells");
}

}  // namespace leakrig
