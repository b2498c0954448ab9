#pragma once

#include <set>
#include <string>

#include "harness/collector/log_frames.h"

namespace leakrig {

/// Where a container's log is to be taken up again. The daemon's `since` includes the moment it names, so a
/// new stream repeats what was logged at that moment; this tells the repetition from another line of the same
/// nanosecond.
class ResumePoint {
 public:
  explicit ResumePoint(Nanos start_epoch) : last_(start_epoch) {}

  /// What to ask for.
  Nanos since() const { return last_; }
  /// A new stream was asked for `since()`.
  void begin_stream();
  /// False if this line was accepted from an earlier stream.
  bool accept(const LogLine& line);

 private:
  Nanos last_;
  std::multiset<std::string> at_last_;  ///< the lines accepted with that stamp
  Nanos resumed_from_{0};
  std::multiset<std::string> repeated_;
  bool resuming_ = false;
};

}  // namespace leakrig
