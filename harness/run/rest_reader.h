#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/sample.h"
#include "harness/probe/probe.h"
#include "harness/probe/waiter.h"
#include "harness/run/audit_pace.h"

namespace leakrig {

/// Reads a subject's counts when they have come to rest.
class RestReader {
 public:
  /// All outlive this.
  RestReader(std::vector<Probe*> probes, Waiter& waiter, const Clock& clock, AuditPace pace);

  /// Waits until the counts of three looks in a row are the same and none is above the last rest's, or the time for it
  /// is over; the lowest of the last looks counts, with what it is made of. Nothing if the wait was ended or no probe
  /// could read.
  std::optional<Sample> read();

 private:
  std::optional<Sample> look(bool with_groups);

  std::vector<Probe*> probes_;
  Waiter& waiter_;
  const Clock& clock_;
  AuditPace pace_;
  std::map<std::string, double> last_rest_;
};

}  // namespace leakrig
