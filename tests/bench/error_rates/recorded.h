#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/bench/error_rates/detectors.h"

namespace leakrig::stats {

/// A series of a real run, with what the run's scenario expects of it.
struct RecordedTrace {
  std::string scenario;
  std::string variant;
  std::string metric;
  Verdict expected = Verdict::stable;
  Series series;
};

/// The lines of recorded.jsonl, which collect_traces.py writes. Throws std::runtime_error if it cannot be
/// read.
std::vector<RecordedTrace> load_recorded(const std::filesystem::path& file);

/// The file beside this one.
std::filesystem::path recorded_file();

/// A table in Markdown: what each detector says of the clean and of the leaking ones. Those that
/// `detectors.front()` gets wrong are named below it.
std::string recorded_table(const std::vector<RecordedTrace>& traces, const std::vector<Detector>& detectors);

}  // namespace leakrig::stats
