#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "harness/stats/growth/verdict.h"

namespace leakrig::stats {

/// The kinds of simulated traces; what each is made of stands in the table of corpus.cpp.
enum class Cell {
  near_white,
  autocorrelated,
  churn,
  sawtooth,
  sawtooth_churn,
  unknown_sawtooth,
  warmup,
  bursts,
  step,
  slow_warmup,
  late_pool,
  slowing_steps,
  two_steps,
  three_steps,
  walk_small,
  walk_medium,
  walk_large,
  ima,
  ar97,
  ar99,
  irregular_period,
  irregular_height,
  late_load,
  square_load,
  queue_maximum,
  bursty_traffic,
  leak_starts,
  leak_ends,
  restarts_told,
  restarts_untold,
  day_8h,
  day_24h,
  day_48h
};
std::string_view to_string(Cell cell);
/// All of them, in the order of the tables.
std::vector<Cell> all_cells();
/// Those of the table as it was first published, which have bars of their own.
bool is_first_table(Cell cell);

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
  double day_units = 40;      ///< from the middle of a day's rhythm to its top
  bool whole_numbers = true;  ///< counts are rounded
};

/// What 1/min in a run of five minutes is in this cell: 1, but in the day cells, where the tolerance is 20 over
/// the whole (see growth/tolerance.h), so much less that 2/min is 20 over the whole.
double rate_unit_of(Cell cell);

/// Trace number `index` of a cell with a leak of `leak_per_min`, times the cell's unit, as Poisson steps of
/// one. The same arguments give the same trace. The day cells have a reading a minute over 8, 24 and 48 hours.
Series make_trace(Cell cell, double leak_per_min, const CorpusOptions& options, std::uint64_t seed,
                  std::uint64_t index);

/// `units` more each `every_s` from `phase` (0 to 1) of a period on, at 1 Hz, over `minutes`, with white noise
/// of `noise_sd`: how a ticker leaks.
Series make_staircase(double units, double every_s, double phase, double minutes, double noise_sd,
                      std::uint64_t seed);

}  // namespace leakrig::stats
