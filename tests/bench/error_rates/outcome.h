#pragma once

#include <array>
#include <string>

#include "tests/bench/error_rates/rates.h"

namespace leakrig::stats {

/// What the engine made of the traces of one cell and leak rate.
struct Outcome {
  Tally tally;
  std::size_t covered = 0;  ///< traces whose shown interval holds the true rate
  std::size_t pairs = 0;    ///< of traces of the same rate, compared
  std::size_t worse = 0;    ///< of them; both are wrong
  std::size_t improved = 0;
  std::size_t forecasts = 0;  ///< inconclusive ones with a length of run that would likely decide
  std::size_t decided = 0;    ///< of them, those that a fresh trace of that length decides rightly
};

/// `forecasts`: also tries what the engine says of how long a run would decide, on fresh traces.
Outcome outcome(Cell cell, double leak_per_min, const GrowthOptions& engine, const CorpusOptions& options,
                const RatesPlan& plan, bool forecasts);

/// The leak rates of the engine's table.
inline constexpr std::array<double, 4> kRates{0, 2, 6, 30};
/// The head of the engine's table, and one cell's row: answers, coverage, pairs.
std::string outcome_head();
std::string outcome_row(Cell cell, const std::array<Outcome, kRates.size()>& outcomes);

}  // namespace leakrig::stats
