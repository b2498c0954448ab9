#include "tests/bench/error_rates/corpus.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace leakrig::stats {

namespace {

using Random = std::mt19937_64;

double uniform(Random& random, double from, double to) {
  return std::uniform_real_distribution<>(from, to)(random);
}
double exponential(Random& random, double mean) {
  return std::exponential_distribution<>(1 / mean)(random);
}

std::vector<double> ar1(Random& random, std::size_t n, double phi_1hz, double innovation_sd_1hz,
                        double dt_s) {
  // An Ornstein-Uhlenbeck process seen at other rates than 1 Hz keeps its stationary variance.
  const double phi = phi_1hz > 0 ? std::pow(phi_1hz, dt_s) : 0;
  const double stationary_sd = innovation_sd_1hz / std::sqrt(1 - phi_1hz * phi_1hz);
  std::normal_distribution<> normal;
  std::vector<double> noise(n);
  double value = stationary_sd * normal(random);
  for (double& out : noise) {
    out = value;
    value = phi * value + stationary_sd * std::sqrt(1 - phi * phi) * normal(random);
  }
  return noise;
}

/// M/M/infinity in its stationary state, read at each time.
std::vector<double> running_containers(Random& random, const std::vector<double>& t_s, double mean,
                                       double life_s) {
  double now = 0;
  auto running = static_cast<double>(std::poisson_distribution<>(mean)(random));
  const auto next_event = [&] { return now + exponential(random, 1 / ((mean + running) / life_s)); };
  double next = next_event();
  std::vector<double> result;
  result.reserve(t_s.size());
  for (const double t : t_s) {
    while (next <= t) {
      now = next;
      running += uniform(random, 0, mean + running) < mean ? 1 : -1;
      next = next_event();
    }
    result.push_back(running);
  }
  return result;
}

void add_leak(Random& random, const std::vector<double>& t_s, double per_min, std::vector<double>& values) {
  if (per_min <= 0) {
    return;
  }
  double next = exponential(random, 60 / per_min);
  double leaked = 0;
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    for (; next <= t_s[i]; next += exponential(random, 60 / per_min)) {
      ++leaked;
    }
    values[i] += leaked;
  }
}

void add_bursts(Random& random, const std::vector<double>& t_s, const CorpusOptions& o,
                std::vector<double>& values) {
  for (double start = -60 + exponential(random, 60 / o.burst_per_min); start < t_s.back();
       start += exponential(random, 60 / o.burst_per_min)) {
    const double height = uniform(random, o.burst_units_from, o.burst_units_to);
    const double length = uniform(random, o.burst_s_from, o.burst_s_to);
    for (std::size_t i = 0; i < t_s.size(); ++i) {
      const double age = t_s[i] - start;
      if (age >= 0 && o.burst_decays) {
        values[i] += height * std::exp(-age / length);
      } else if (age >= 0 && age < length) {
        values[i] += height;
      }
    }
  }
}

void add_sawtooth(Random& random, const std::vector<double>& t_s, double units, double period_s,
                  std::vector<double>& values) {
  const double phase = uniform(random, 0, 1);
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    const double turns = t_s[i] / period_s + phase;
    values[i] += units * (turns - std::floor(turns));
  }
}

}  // namespace

std::string_view to_string(Cell cell) {
  switch (cell) {
    case Cell::near_white:
      return "near-white";
    case Cell::autocorrelated:
      return "AR(1) 0.9";
    case Cell::churn:
      return "churn";
    case Cell::sawtooth:
      return "sawtooth, known period";
    case Cell::sawtooth_churn:
      return "sawtooth with churn";
    case Cell::unknown_sawtooth:
      return "unknown period with churn";
    case Cell::warmup:
      return "warm-up plateau";
    case Cell::bursts:
      return "bursts";
    case Cell::step:
      return "one step";
  }
  return "?";
}

Series make_trace(Cell cell, double leak_per_min, const CorpusOptions& o, std::uint64_t seed,
                  std::uint64_t index) {
  std::seed_seq sequence{seed, seed >> 32U, index, static_cast<std::uint64_t>(cell),
                         static_cast<std::uint64_t>(leak_per_min * 1000)};
  Random random(sequence);
  const auto n = static_cast<std::size_t>(std::lround(o.minutes * 60 * o.hz));
  std::vector<double> t_s(n);
  for (std::size_t i = 0; i < n; ++i) {
    t_s[i] = static_cast<double>(i) / o.hz;
  }
  Series trace;
  trace.values = ar1(random, n, cell == Cell::autocorrelated ? o.far_phi : o.near_phi, o.noise_sd, 1 / o.hz);
  trace.containers.assign(n, o.containers);
  if (cell == Cell::churn || cell == Cell::sawtooth_churn || cell == Cell::unknown_sawtooth) {
    trace.containers = running_containers(random, t_s, o.containers, o.container_life_s);
  }
  double cycle_s = 0;
  if (cell == Cell::sawtooth || cell == Cell::sawtooth_churn) {
    cycle_s = o.cycle_s;
    trace.cycle_minutes = cycle_s / 60;
  } else if (cell == Cell::unknown_sawtooth) {
    cycle_s = uniform(random, o.unknown_cycle_from_s, o.unknown_cycle_to_s);
  }
  if (cycle_s > 0) {
    add_sawtooth(random, t_s, o.cycle_units, cycle_s, trace.values);
  }
  if (cell == Cell::bursts) {
    add_bursts(random, t_s, o, trace.values);
  }
  const double step_at = cell == Cell::step ? uniform(random, 0.15, 0.85) * t_s.back() : t_s.back() + 1;
  add_leak(random, t_s, leak_per_min, trace.values);
  for (std::size_t i = 0; i < n; ++i) {
    double& value = trace.values[i];
    value += o.base + o.units_per_container * trace.containers[i];
    value += cell == Cell::warmup ? o.warmup_units * (1 - std::exp(-t_s[i] / o.warmup_tau_s)) : 0;
    value += t_s[i] >= step_at ? o.step_units : 0;
    value = o.whole_numbers ? std::round(value) : value;
    trace.minutes.push_back(t_s[i] / 60);
  }
  return trace;
}

}  // namespace leakrig::stats
