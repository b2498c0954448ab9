#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "harness/core/run_record.h"
#include "harness/core/sample.h"
#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// Whether what was sampled until a look is enough to end the run for a leak that is sure; nothing for a
/// variant that is never cut short. Called from a thread of its own, several at a time with --jobs; must not
/// throw.
using StopRule =
    std::function<std::optional<bool>(const Variant& variant, const std::vector<Sample>& so_far, Look look)>;

/// How many looks a run of this length has: one every 15 s of scenario time, evenly spaced.
int looks_of(Nanos duration);
/// The look that is due `due_s` after T+0, if one is: the last whose time has come, from 1; 0: none yet.
int look_at(double due_s, Nanos duration);
/// The first look that is taken: after a minute, and two with the warm-up's; or the last of a shorter run.
int first_look(const SamplingConfig& sampling);

/// Puts a variant's samples to the rule at each look from `first_look` on but the last (which is the
/// report's), beside the sampling so that it does not delay readings. Owns the thread; `add` and `stopped`
/// are called from the sampling one.
class EarlyStop {
 public:
  /// `rule` may be empty: never stops. Both outlive this.
  EarlyStop(const Variant& variant, const StopRule& rule);
  ~EarlyStop();
  EarlyStop(const EarlyStop&) = delete;
  EarlyStop& operator=(const EarlyStop&) = delete;

  void add(const Sample& sample);
  /// Set from when the rule said yes: the look, with its time.
  std::optional<Look> stopped() const;
  /// The last look of the run, for its end, if a look was taken before: what was spent on that one is not
  /// there to be spent again.
  std::optional<Look> last() const;

 private:
  void work(const std::stop_token& stop);
  Look look_of(int look, double t_s) const;

  const Variant& variant_;
  const StopRule& rule_;
  mutable std::mutex mutex_;
  std::condition_variable_any due_changed_;
  std::vector<Sample> samples_;  // under mutex_
  int due_ = 0;                  // under mutex_: the last look that has come
  std::size_t due_samples_ = 0;  // under mutex_: samples until then
  double due_s_ = 0;             // under mutex_: the time of the last of them
  bool looked_ = false;          // under mutex_: the rule was put to a look
  std::optional<Look> stopped_;  // under mutex_
  std::jthread worker_;
};

}  // namespace leakrig
