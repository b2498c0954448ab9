#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// The kinds of simulated traces.
enum class Cell {
  near_white,
  autocorrelated,
  churn,
  sawtooth,
  sawtooth_churn,
  unknown_sawtooth,
  warmup,
  bursts,
  step
};
inline constexpr std::array<Cell, 9> kCells = {Cell::near_white, Cell::autocorrelated, Cell::churn,
                                               Cell::sawtooth,   Cell::sawtooth_churn, Cell::unknown_sawtooth,
                                               Cell::warmup,     Cell::bursts,         Cell::step};
std::string_view to_string(Cell cell);

/// What the traces of a cell are made of. The defaults are the published corpus; the rest is for unseen
/// traces.
struct CorpusOptions {
  double minutes = 5;
  double hz = 1;
  double base = 200;
  double noise_sd = 2;    ///< of the AR(1) innovations
  double near_phi = 0.3;  ///< AR(1) coefficient at 1 Hz in every cell but `autocorrelated`
  double far_phi = 0.9;   ///< in `autocorrelated`
  double containers = 20;
  double container_life_s = 30;
  double units_per_container = 3;
  double cycle_units = 40;
  double cycle_s = 60;
  double unknown_cycle_from_s = 37;
  double unknown_cycle_to_s = 77;
  double warmup_units = 40;
  double warmup_tau_s = 60;
  double burst_per_min = 2;
  double burst_units_from = 15;
  double burst_units_to = 60;
  double burst_s_from = 2;
  double burst_s_to = 8;
  bool burst_decays = false;  ///< exponentially, with burst_s as time constant, instead of a block
  double step_units = 30;
  bool whole_numbers = true;  ///< counts are rounded
};

/// Trace number `index` of a cell with a leak of `leak_per_min` as Poisson steps of one unit. The same
/// arguments give the same trace. Containers are an M/M/infinity queue in the churn cells, else constant.
Series make_trace(Cell cell, double leak_per_min, const CorpusOptions& options, std::uint64_t seed,
                  std::uint64_t index);

}  // namespace leakrig::stats
