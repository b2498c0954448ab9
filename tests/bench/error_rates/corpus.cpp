#include "tests/bench/error_rates/corpus.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/bench/error_rates/processes.h"

namespace leakrig::stats {

namespace {

struct CellName {
  Cell cell;
  std::string_view name;
};

constexpr std::array kNames{
    CellName{Cell::near_white, "near-white"},
    CellName{Cell::autocorrelated, "AR(1) 0.9"},
    CellName{Cell::churn, "churn"},
    CellName{Cell::sawtooth, "sawtooth, known period"},
    CellName{Cell::sawtooth_churn, "sawtooth with churn"},
    CellName{Cell::unknown_sawtooth, "unknown period with churn"},
    CellName{Cell::warmup, "warm-up plateau"},
    CellName{Cell::bursts, "bursts"},
    CellName{Cell::step, "one step"},
    CellName{Cell::slow_warmup, "slow warm-up"},
    CellName{Cell::late_pool, "late-filling pool"},
    CellName{Cell::slowing_steps, "slowing steps"},
    CellName{Cell::two_steps, "two steps"},
    CellName{Cell::three_steps, "three steps"},
    CellName{Cell::walk_small, "walk 0.3"},
    CellName{Cell::walk_medium, "walk 1"},
    CellName{Cell::walk_large, "walk 3"},
    CellName{Cell::ima, "IMA(1,1)"},
    CellName{Cell::ar97, "AR(1) 0.97"},
    CellName{Cell::ar99, "AR(1) 0.99"},
    CellName{Cell::irregular_period, "irregular period"},
    CellName{Cell::irregular_height, "irregular height"},
    CellName{Cell::late_load, "late load"},
    CellName{Cell::square_load, "non-linear load"},
    CellName{Cell::queue_maximum, "pool that never shrinks"},
    CellName{Cell::bursty_traffic, "traffic on and off"},
    CellName{Cell::leak_starts, "leak starts midway"},
    CellName{Cell::leak_ends, "leak ends midway"},
    CellName{Cell::restarts_told, "restarts, told"},
    CellName{Cell::restarts_untold, "restarts, untold"},
    CellName{Cell::day_8h, "day in 8 h"},
    CellName{Cell::day_24h, "day in 24 h"},
    CellName{Cell::day_48h, "day in 48 h"},
};

std::vector<double> times_of(Cell cell, const CorpusOptions& o) {
  constexpr double kHour = 3600;
  const double day = cell == Cell::day_8h    ? 8 * kHour
                     : cell == Cell::day_24h ? 24 * kHour
                     : cell == Cell::day_48h ? 48 * kHour
                                             : 0;
  const double span = day > 0 ? day : o.minutes * 60;
  const double step = day > 0 ? 60 : 1 / o.hz;
  std::vector<double> t_s(static_cast<std::size_t>(std::lround(span / step)));
  for (std::size_t i = 0; i < t_s.size(); ++i) t_s[i] = static_cast<double>(i) * step;
  return t_s;
}

double phi_of(Cell cell, const CorpusOptions& o) {
  switch (cell) {
    case Cell::autocorrelated:
      return o.far_phi;
    case Cell::ar97:
      return 0.97;
    case Cell::ar99:
      return 0.99;
    case Cell::ima:
      return 0;
    default:
      return o.near_phi;
  }
}

bool has_churn(Cell cell) {
  return cell == Cell::churn || cell == Cell::sawtooth_churn || cell == Cell::unknown_sawtooth ||
         cell == Cell::late_load || cell == Cell::square_load;
}

/// What the load adds: linearly and at once but in the cells that say otherwise.
void add_load(Random& random, Cell cell, const std::vector<double>& t_s, const CorpusOptions& o,
              Series& trace) {
  trace.containers.assign(t_s.size(), o.containers);
  if (has_churn(cell)) trace.containers = running_containers(random, t_s, o.containers, o.container_life_s);
  const double lag_s = cell == Cell::late_load ? uniform(random, 10, 30) : 0;
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    const auto behind = static_cast<std::size_t>(std::lround(lag_s * o.hz));
    const double n = trace.containers[i >= behind ? i - behind : 0];
    trace.values[i] += o.units_per_container * n + (cell == Cell::square_load ? 0.05 * n * n : 0);
  }
}

void add_cycle(Random& random, Cell cell, const std::vector<double>& t_s, const CorpusOptions& o,
               Series& trace) {
  const bool irregular = cell == Cell::irregular_period || cell == Cell::irregular_height;
  if (cell == Cell::sawtooth || cell == Cell::sawtooth_churn) {
    trace.cycle_minutes = o.cycle_s / 60;
    add_sawtooth(random, t_s, o.cycle_units, o.cycle_s, 0, 0, trace.values);
  } else if (cell == Cell::unknown_sawtooth || irregular) {
    const double period = uniform(random, o.unknown_cycle_from_s, o.unknown_cycle_to_s);
    add_sawtooth(random, t_s, o.cycle_units, period, cell == Cell::irregular_period ? 0.25 : 0,
                 cell == Cell::irregular_height ? 0.3 : 0, trace.values);
  } else if (cell == Cell::day_8h || cell == Cell::day_24h || cell == Cell::day_48h) {
    const double phase = uniform(random, 0, 6.283185307);
    for (std::size_t i = 0; i < t_s.size(); ++i)
      trace.values[i] += o.day_units * std::sin(6.283185307 * t_s[i] / 86400 + phase);
  }
}

/// Growth that comes to an end by itself.
void add_settling(Random& random, Cell cell, const std::vector<double>& t_s, const CorpusOptions& o,
                  std::vector<double>& values) {
  const double span = t_s.back();
  const auto add = [&](auto at) {
    for (std::size_t i = 0; i < t_s.size(); ++i) values[i] += at(t_s[i]);
  };
  if (cell == Cell::warmup) {
    add([&](double t) { return o.warmup_units * (1 - std::exp(-t / o.warmup_tau_s)); });
  } else if (cell == Cell::slow_warmup) {
    const double tau = uniform(random, 0.4, 1) * span;
    add([&](double t) { return o.warmup_units * (1 - std::exp(-t / tau)); });
  } else if (cell == Cell::late_pool) {
    const double full = uniform(random, 0.75, 0.92) * span;
    add([&](double t) { return o.warmup_units * std::min(1.0, t / full); });
  } else if (cell == Cell::slowing_steps) {
    for (double at = uniform(random, 0.02, 0.06); at < 0.9; at *= uniform(random, 1.6, 2.2))
      add([&](double t) { return t >= at * span ? o.warmup_units / 4 : 0; });
  } else if (cell == Cell::queue_maximum) {
    const auto busy = running_containers(random, t_s, o.containers, o.container_life_s);
    double most = 0;
    for (std::size_t i = 0; i < t_s.size(); ++i)
      values[i] += o.units_per_container * (most = std::max(most, busy[i]));
  }
}

void add_wandering(Random& random, Cell cell, const std::vector<double>& t_s, std::vector<double>& values) {
  if (cell == Cell::walk_small) add_walk(random, t_s, 0.3, values);
  if (cell == Cell::walk_medium) add_walk(random, t_s, 1, values);
  if (cell == Cell::walk_large) add_walk(random, t_s, 3, values);
  if (cell == Cell::ima) add_walk(random, t_s, 0.6, values);
}

/// Lives of 40 to 100 s; each begins where the first did.
void restart(Random& random, bool told, const std::vector<double>& t_s, std::vector<double>& leaked,
             Series& trace) {
  double next = uniform(random, 40, 100);
  double left_behind = 0;
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    if (t_s[i] >= next) {
      left_behind = leaked[i];
      if (told) trace.life_starts.push_back(t_s[i] / 60);
      next += uniform(random, 40, 100);
    }
    leaked[i] -= left_behind;
  }
}

}  // namespace

std::string_view to_string(Cell cell) {
  for (const auto& [known, name] : kNames) {
    if (known == cell) return name;
  }
  return "?";
}

std::vector<Cell> all_cells() {
  std::vector<Cell> cells;
  for (const auto& known : kNames) cells.push_back(known.cell);
  return cells;
}

bool is_first_table(Cell cell) {
  return cell <= Cell::step;
}

double rate_unit_of(Cell cell) {
  constexpr double kOverSpan = 20;
  constexpr double kToleratedPerMin = 2;
  const CorpusOptions any;
  const bool day = cell == Cell::day_8h || cell == Cell::day_24h || cell == Cell::day_48h;
  return day ? kOverSpan / (times_of(cell, any).back() / 60) / kToleratedPerMin : 1;
}

Series make_trace(Cell cell, double leak_per_min, const CorpusOptions& o, std::uint64_t seed,
                  std::uint64_t index) {
  std::seed_seq sequence{seed, seed >> 32U, index, static_cast<std::uint64_t>(cell),
                         static_cast<std::uint64_t>(leak_per_min * 1000)};
  Random random(sequence);
  const std::vector<double> t_s = times_of(cell, o);
  const std::size_t n = t_s.size();
  const double span = t_s.back();
  Series trace;
  trace.values = ar1(random, n, phi_of(cell, o), o.noise_sd, t_s[1] - t_s[0]);
  add_load(random, cell, t_s, o, trace);
  add_cycle(random, cell, t_s, o, trace);
  if (cell == Cell::bursts) add_bursts(random, t_s, o, trace.values);
  if (cell == Cell::bursty_traffic) add_traffic(random, t_s, o.cycle_units, trace.values);
  add_settling(random, cell, t_s, o, trace.values);
  add_wandering(random, cell, t_s, trace.values);
  const int steps = cell == Cell::step         ? 1
                    : cell == Cell::two_steps   ? 2
                    : cell == Cell::three_steps ? 3
                                                : 0;
  add_steps(random, t_s, steps, o.step_units, trace.values);
  const double from = cell == Cell::leak_starts ? uniform(random, 0.3, 0.6) * span : 0;
  const double to = cell == Cell::leak_ends ? uniform(random, 0.4, 0.7) * span : span;
  std::vector<double> leaked(n, 0.0);
  add_leak(random, t_s, leak_per_min * rate_unit_of(cell), from, to, leaked);
  if (cell == Cell::restarts_told || cell == Cell::restarts_untold)
    restart(random, cell == Cell::restarts_told, t_s, leaked, trace);
  for (std::size_t i = 0; i < n; ++i) {
    double& value = trace.values[i];
    value += o.base + leaked[i];
    value = o.whole_numbers ? std::round(value) : value;
    trace.minutes.push_back(t_s[i] / 60);
  }
  return trace;
}

Series make_staircase(double units, double every_s, double phase, double minutes, double noise_sd,
                      std::uint64_t seed) {
  Random random(seed);
  std::normal_distribution<> normal;
  Series trace;
  for (int s = 0; s < std::lround(minutes * 60); ++s) {
    trace.minutes.push_back(s / 60.0);
    trace.values.push_back(
        std::round(200 + units * std::floor(s / every_s + phase + 1e-9) + noise_sd * normal(random)));
  }
  return trace;
}

}  // namespace leakrig::stats
