#pragma once

#include <string>
#include <vector>

#include "tests/bench/error_rates/corpus.h"
#include "tests/bench/error_rates/detectors.h"

namespace leakrig::stats {

/// How often a detector gave each answer.
struct Tally {
  std::size_t leak = 0;
  std::size_t stable = 0;
  std::size_t inconclusive = 0;
  void add(Verdict verdict);
  std::size_t total() const { return leak + stable + inconclusive; }
  double percent(std::size_t count) const {
    return 100.0 * static_cast<double>(count) / static_cast<double>(total());
  }
};

struct RatesPlan {
  std::size_t traces = 2000;
  std::uint64_t seed = 1;
  unsigned threads = 2;
};

/// The answers of a detector to `plan.traces` traces of one cell and leak rate.
Tally tally(const Detector& detector, Cell cell, double leak_per_min, const CorpusOptions& options,
            const RatesPlan& plan);

/// A table in Markdown: per cell the false and true answers at 0, 6 and 30 a minute.
std::string markdown_table(const Detector& detector, const std::vector<Cell>& cells,
                           const CorpusOptions& options, const RatesPlan& plan);

}  // namespace leakrig::stats
