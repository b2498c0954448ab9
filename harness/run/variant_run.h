#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/core/process.h"
#include "harness/probe/sampler.h"
#include "harness/probe/waiter.h"
#include "harness/run/recorder.h"
#include "harness/run/runner.h"
#include "harness/run/stage.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// What the runs of all variants share. All of it outlives them.
struct RunServices {
  const StopRule& stop_rule;  ///< may be empty
  RunRecorder& recorder;
  Guardian& guardian;
  RunObserver& observer;
  bool keep_output = false;
};

/// One run of one variant: starts the fake daemons and the subject, samples it over the variant's warm-up and
/// duration (or until the stop rule says that it is sure), waits for lines still on their way, stops
/// everything, and records the outcome.
class VariantRun {
 public:
  VariantRun(const Variant& variant, const RunServices& services, std::stop_token stop);

  /// In the calling thread, once. Never throws for what the experiment does: a failure is an outcome.
  void run();

 private:
  struct End {
    Outcome outcome = Outcome::completed;
    std::string detail;
    std::optional<Look> look;  ///< of a run that may stop early
  };

  End run_on(Stage& stage);
  /// Nothing once the subject is ready; how it ended if it never was.
  std::optional<End> start(Stage& stage);
  void add_runtime_probes(Stage& stage);
  End measure(Stage& stage);
  /// What the sampling's own end makes of the run.
  End end_of(Stage& stage, Sampler::End how, const EarlyStop& early);
  /// With the fleet stopped, after the measurement. Nothing if the subject lived through it.
  std::optional<End> drain(Stage& stage);
  void make_probes(Stage& stage);
  /// Records how much of what was written until `until` has arrived; nothing for a subject without the sink.
  void record_delivery(Stage& stage, Nanos until, double at_s);
  /// Waits until every line due in (t0, end] has arrived, or the grace is over, and records what did.
  void settle_delivery(Stage& stage, Nanos end);
  End died() const;
  /// What the subject wrote last, behind "; ".
  std::string last_words() const;
  /// Whether it was told of a server that it never asked for anything.
  bool left_a_server_alone(const Stage& stage) const;

  const Variant& variant_;
  const RunServices& services_;
  std::stop_token stop_;
  VariantRecorder recorder_;
  EventWaiter waiter_;
  SubjectSpec prepared_;  ///< the variant's subject as this start of it is
  std::unique_ptr<Subject> subject_;
  std::filesystem::path subject_log_;
  std::vector<std::unique_ptr<Probe>> probes_;
  Nanos t0_{0};
  bool delivered_ = false;  ///< some line arrived
};

}  // namespace leakrig
