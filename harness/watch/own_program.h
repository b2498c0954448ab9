#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/probe/discovery.h"
#include "harness/probe/probe.h"
#include "harness/subject/command.h"
#include "harness/subject/subject.h"
#include "harness/watch/load_driver.h"

namespace leakrig {

struct OwnProgramOptions {
  CommandSpec command;             ///< without a ready check of its own, readiness is guessed
  std::string load;                ///< for /bin/sh; empty: it is watched doing what it does by itself
  std::filesystem::path load_log;  ///< the load's output
  /// What growth is counted against: a counter of its metrics page, by its name or a part of it, or what the
  /// load's output counts (number_beside()). Empty: nothing.
  std::string per;
  bool discover = true;  ///< ask its listening sockets what they serve
};

/// A program of the user's, started for a watch: waited for, asked what it serves, loaded, stopped. Sentences
/// about what happened go to `tell` as they come, from the thread that calls.
class OwnProgram {
 public:
  using Tell = std::function<void(const std::string& sentence)>;
  /// Starts it and waits until it is ready. Throws Error, with its last output, if it does not come up, and
  /// Error if `stop` was requested meanwhile.
  OwnProgram(OwnProgramOptions options, Guardian& guardian, const std::stop_token& stop, Tell tell);

  Subject& subject() { return *subject_; }
  const Discovery& discovery() const { return discovery_; }

  /// Starts the load, if there is one. Throws UsageError for a `per` that nobody counts, naming what is
  /// counted.
  void drive();
  /// Probes of the runtimes that are found in its processes, where their tools are there: runtime_probes().
  std::vector<std::unique_ptr<Probe>> runtime_probes(const Clock& clock);
  /// The probe of what `per` counts; null where nothing is counted.
  std::unique_ptr<Probe> count_probe();
  /// Why the watch is of no use: the load does not run.
  std::optional<std::string> hopeless() const;
  /// Ends the load; what it did. Nothing where there is none.
  std::optional<LoadReport> stop_load();
  /// Stops the program with everything that it started, and says how.
  void stop();

 private:
  void start(Guardian& guardian, const std::stop_token& stop);
  void settle(const std::stop_token& stop);
  void look_around();

  OwnProgramOptions options_;
  Tell tell_;
  std::unique_ptr<Subject> subject_;
  Discovery discovery_;
  std::string counter_;  ///< selector of the metrics page's series that `per` means
  std::unique_ptr<LoadDriver> load_;
};

/// The series of a metrics page that a name means: that name itself, or the only counter whose name has it in
/// it, "http_requests_total" for "requests". Nothing if there is none; throws UsageError naming them if there
/// are several.
std::optional<std::string> counter_named(const std::string& page, const std::string& name);

}  // namespace leakrig
