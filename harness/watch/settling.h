#pragma once

#include <stop_token>

#include "harness/core/clock.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// How a program that was just started came to be taken for ready.
enum class Settled {
  listening,    ///< it accepts connections, and has done its first work
  quiet,        ///< it opened no port, and did nothing for a while
  busy,         ///< neither within the time: it is watched all the same
  ended,        ///< it is no longer there
  interrupted,  ///< the caller gave up
};

struct SettlingLimits {
  Nanos longest = std::chrono::seconds{15};
  Nanos quiet_for = std::chrono::milliseconds{1500};  ///< without a port
  Nanos calm_for = std::chrono::milliseconds{300};    ///< with one
};

/// Waits until a program that does not say when it is ready seems to be: it listens on a TCP port and its
/// processes rest, or it has no port and rests for longer. Resting is less than a tenth of a CPU.
Settled wait_until_settled(Subject& subject, const std::stop_token& stop, const SettlingLimits& limits = {});

}  // namespace leakrig
