#pragma once

#include "harness/core/clock.h"

namespace leakrig {

/// How long an audit waits for what, in wall time, by the subject's time scale.
struct AuditPace {
  Nanos gap{0};       ///< between two looks
  Nanos settle{0};    ///< a subject that has just started is left alone for so long
  Nanos rest{0};      ///< for counts to come back to where they were
  Nanos recovery{0};  ///< for streams and requests to be back after one step
  Nanos last{0};      ///< the same after the last
  double hold = 1;    ///< a stimulus' `hold` is so much of what its row says

  static AuditPace of(double time_scale) {
    using std::chrono::milliseconds;
    // The built-in collector's back-off ends at ten scenario seconds, its longest period is half a minute.
    constexpr double kFast = 10;
    if (time_scale >= kFast)
      return {milliseconds{12}, milliseconds{300}, milliseconds{120}, milliseconds{1000}, milliseconds{3000}, 1};
    return {milliseconds{30}, milliseconds{2000}, milliseconds{500}, milliseconds{6000}, milliseconds{15000}, 0.2};
  }
};

}  // namespace leakrig
