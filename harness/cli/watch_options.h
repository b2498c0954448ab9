#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "harness/cli/outputs.h"
#include "harness/probe/discovery.h"
#include "harness/spec/scenario_spec.h"
#include "harness/subject/command.h"
#include "harness/watch/watch_record.h"

namespace leakrig {

/// The command line of `leakrig watch`: a program to start, a process to attach to, or addresses to read.
struct WatchOptions {
  std::vector<std::string> command;  ///< to start; empty: none
  std::optional<pid_t> pid;
  bool children = false;
  bool no_children = false;
  bool no_discovery = false;
  std::string load;
  std::string per;
  std::string ready_line;
  std::string ready_http;
  std::optional<int> ready_port;
  std::string stop_within;
  bool keep_output = false;
  std::string pprof;
  std::string metrics;
  std::vector<std::string> metric;
  std::vector<std::string> judge;
  std::string duration;
  std::string warmup;
  std::string every;
  std::string resolution;
  bool until_sure = false;
  std::optional<double> tolerance;
  std::string out;
  std::string live;
  std::string listen;
  OutputOptions output;

  bool starts() const { return !command.empty(); }
};

void add_watch_options(CLI::App& app, WatchOptions& options);

/// Throws UsageError for what does not go together.
void check_watch_options(const WatchOptions& options);

/// What was asked for, or what suits: a program that is started is watched for forty seconds after a warm-up
/// of five, another process until it is interrupted.
WatchSchedule schedule_of(const WatchOptions& options);

/// How to start the program. `output`: where what it writes goes.
CommandSpec command_of(const WatchOptions& options, const std::filesystem::path& output);

/// The record's scenario: its subject with the probes that were asked for, and of a started program those
/// that were `found`.
ScenarioSpec watch_scenario(const WatchOptions& options, const Discovery& found);

}  // namespace leakrig
