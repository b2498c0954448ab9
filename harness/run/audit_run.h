#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/core/process.h"
#include "harness/probe/waiter.h"
#include "harness/run/audit_pace.h"
#include "harness/run/launch.h"
#include "harness/run/recorder.h"
#include "harness/run/rest_reader.h"
#include "harness/run/runner.h"
#include "harness/run/stage.h"
#include "harness/run/stimuli/stimulus.h"
#include "harness/run/subject_watch.h"

namespace leakrig {

/// What the runs of all stimuli share. All of it outlives them.
struct AuditServices {
  RunRecorder& recorder;
  Guardian& guardian;
  RunObserver& observer;
  int occurrences = 12;
  /// So long a subject is waited for that has asked for nothing; it is not tried then where `needs_requests`.
  Nanos first_request{0};
  bool needs_requests = true;
  /// Whether these rests leave the residue open; may be null.
  std::function<bool(const std::vector<Sample>& rests)> undecided;
};

/// One stimulus upon a subject of its own: settle, a steady stretch, the occurrences in steps, each followed by rest,
/// and a last rest. Records a sample each rest, and the facts of its recovery.
class AuditRun {
 public:
  AuditRun(const Variant& variant, const Stimulus& stimulus, const AuditServices& services, std::stop_token stop);

  /// In the calling thread, once. Never throws for what the experiment does: a failure is an outcome.
  void run();
  /// A sample each rest, after run().
  const std::vector<Sample>& rests() const { return rests_taken_; }
  /// What the subject has asked for, after run().
  std::set<std::string> endpoints() const { return watch_.footing().endpoints; }

 private:
  /// Nothing is the matter; or how the run ended.
  using Ended = std::optional<Outcome>;

  Outcome run_on(Stage& stage);
  Ended measure(Stage& stage);
  /// Waits until what the subject has under way does not change any more.
  bool settle();
  /// Steps until there were as many occurrences as wanted, or the subject does not recover; false where it ends here.
  bool bring_occurrences(Stage& stage);
  /// Whether the occurrences asked for have left the residue open: once.
  bool wants_as_many_again();
  /// One step; false where the subject did not meet it.
  bool step(Stage& stage, std::size_t number);
  std::vector<std::string> targets(Stage& stage, std::size_t number);
  bool wait_until_over(Stage& stage, const Scene& scene, std::uint64_t hits_before, double began_s);
  std::uint64_t hits(Stage& stage) const;
  /// Waits until everything is back, at most `patience`.
  void await_recovery(double over_s, Nanos patience, bool at_the_end);
  /// What is not back: "3 log streams"; empty if all is.
  std::string missing_since(double over_s, bool at_the_end) const;
  bool take_rest(Stage& stage);
  void record_delivery(Stage& stage);
  double cores_in_use() const;
  bool pause(Nanos wall);
  Nanos now() const { return system_.monotonic(); }

  const Variant& variant_;
  Stimulus stimulus_;  ///< with its `hold` at the subject's pace
  const AuditServices& services_;
  std::stop_token stop_;
  SystemClock system_;
  AuditPace pace_;
  VariantRecorder recorder_;
  SubjectWatch watch_;
  EventWaiter waiter_;
  Launch launch_;
  std::vector<std::unique_ptr<Probe>> probes_;
  std::optional<RestReader> rests_;
  Footing before_;  ///< what was under way before the first occurrence
  AuditFacts facts_;
  Nanos t0_{0};
  double occurrences_ = 0;
  int wanted_ = 0;          ///< occurrences
  std::size_t steps_ = 0;   ///< brought so far
  std::vector<Sample> rests_taken_;
  std::size_t removed_ = 0;  ///< followed containers that are gone for good
  std::string detail_;
  std::vector<std::pair<Nanos, double>> cpu_;  ///< wall time, CPU seconds
};

}  // namespace leakrig
