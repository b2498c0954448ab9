#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "harness/core/metrics.h"

namespace leakrig {

/// One reading of every probe at one moment. A line of samples.jsonl, flat, so that any tool reads it.
struct Sample {
  std::string variant;
  double t_s = 0;       ///< scenario seconds when it was read; 0 is T+0, the warm-up is negative
  double due_s = 0;     ///< scenario seconds when it was due; schedule slots are absolute
  bool missed = false;  ///< the slot passed without a reading; `values` is empty
  std::map<std::string, double> values;
  /// At table rows only: what the counts are made of, by kind ("thread", "goroutine", "fd", "socket") and by
  /// group (a thread's name, a stack, an fd's target), in units of that kind. Written under "groups".
  std::map<std::string, std::map<std::string, double>> groups;
  /// The rig's own footprint at that moment: threads, fds, cpu_s. Written as "rig_threads", ...
  std::map<std::string, double> rig;
  bool drain = false;  ///< read after the measurement, with the fleet stopped
};

/// {"variant":"a","t_s":2.001,"due_s":2,"threads":130,...,"rig_threads":5}
nlohmann::json to_json(const Sample& sample);
/// Throws Error on a wrong type; keys that are not numbers are left out.
Sample sample_from_json(const nlohmann::json& line);

/// Where samples go as they happen. Called from the sampling thread.
class SampleSink {
 public:
  virtual ~SampleSink() = default;
  virtual void record(const Sample& sample) = 0;
};

}  // namespace leakrig
