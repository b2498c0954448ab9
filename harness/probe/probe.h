#pragma once

#include <map>
#include <string>

namespace leakrig {

using ProbeValues = std::map<std::string, double>;
/// Kind ("thread", "fd", "socket", "goroutine", "process") -> group -> count.
using Groups = std::map<std::string, std::map<std::string, double>>;

/// Reads one source of numbers. Abstract so that tests can script a process's life; one thread reads a probe.
class Probe {
 public:
  virtual ~Probe() = default;
  /// For messages: "procfs", "pprof".
  virtual std::string name() const = 0;
  /// Adds its readings to `values`. False, with `values` untouched, when it could not read: a gap, not an
  /// error.
  virtual bool read(ProbeValues& values) = 0;
  /// Instead of read() at table rows, where it may cost more: the readings, and what they are made of. The
  /// groups of a kind sum to that reading. Default: read().
  virtual bool read_row(ProbeValues& values, Groups& groups);
  /// Why the last reading failed, in a sentence; empty where it did not, or where there is nothing to say.
  virtual std::string problem() const;
};

}  // namespace leakrig
