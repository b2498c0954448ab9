#include "harness/collector/resume_point.h"

namespace leakrig {

void ResumePoint::begin_stream() {
  resumed_from_ = last_;
  repeated_ = at_last_;
  resuming_ = true;
}

bool ResumePoint::accept(const LogLine& line) {
  if (resuming_) {
    if (line.epoch < resumed_from_) return false;
    if (line.epoch > resumed_from_) {
      resuming_ = false;
    } else if (const auto known = repeated_.find(line.text); known != repeated_.end()) {
      repeated_.erase(known);
      return false;
    }
  }
  if (line.epoch > last_) {
    last_ = line.epoch;
    at_last_.clear();
  }
  if (line.epoch == last_) at_last_.insert(line.text);
  return true;
}

}  // namespace leakrig
