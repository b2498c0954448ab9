#pragma once

#include <map>
#include <mutex>
#include <string>

#include "harness/core/clock.h"
#include "harness/run/runner.h"

namespace leakrig {

/// The progress line on standard error: what runs, how far it is, the count and its rate so far. One line
/// that is drawn over where standard error is a terminal, cut to its width; where it is not, or is a dumb
/// one, a line for each variant's beginning and end and for each tenth of its way.
class Progress final : public RunObserver {
 public:
  enum class Style { quiet, lines, terminal };
  /// `jobs`: variants at a time.
  Progress(const ScenarioSpec& scenario, Style style, unsigned jobs = 1);
  ~Progress() override;

  void variant_started(const Variant& variant) override;
  void noted(const Variant& variant, const std::string& sentence) override;
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
    int tenths = 0;                          ///< that were told
  };
  void draw();
  void clear();
  void tell_tenth(const std::string& name, State& state) const;
  double seconds_left() const;

  Style style_;
  unsigned jobs_;
  std::mutex mutex_;
  std::map<std::string, State> running_;
  double wall_left_of_waiting_s_ = 0;
  Nanos last_draw_{0};
};

}  // namespace leakrig
