#pragma once

#include <map>
#include <mutex>
#include <string>

#include "harness/core/clock.h"
#include "harness/run/runner.h"

namespace leakrig {

/// The progress line on standard error: what runs, how far it is, the count and its rate so far. One line
/// that is drawn over where standard error is a terminal; a line for each variant's beginning and end where
/// it is not.
class Progress final : public RunObserver {
 public:
  enum class Style { quiet, lines, terminal };
  Progress(const Scenario& scenario, Style style);
  ~Progress() override;

  void variant_started(const Variant& variant) override;
  void sampled(const Variant& variant, const Sample& sample) override;
  void variant_ended(const Variant& variant, Outcome outcome, const std::string& detail) override;

  /// `quiet` if asked for, else what standard error is.
  static Style style_for(bool quiet);

 private:
  struct State {
    double done_s = 0;   ///< scenario seconds sampled, of
    double whole_s = 0;  ///< warm-up and duration
    std::string counts;
    std::map<std::string, double> at_start;  ///< the first reading from T+0 on
  };
  void draw();
  void clear();

  Style style_;
  std::mutex mutex_;
  std::map<std::string, State> running_;
  double wall_left_of_waiting_s_ = 0;
  Nanos last_draw_{0};
};

}  // namespace leakrig
