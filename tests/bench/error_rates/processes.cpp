#include "tests/bench/error_rates/processes.h"

#include <cmath>

namespace leakrig::stats {

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

void add_walk(Random& random, const std::vector<double>& t_s, double sd_1hz, std::vector<double>& values) {
  std::normal_distribution<> normal(0, sd_1hz);
  double at = 0;
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    if (i > 0) at += normal(random) * std::sqrt(t_s[i] - t_s[i - 1]);
    values[i] += at;
  }
}

void add_leak(Random& random, const std::vector<double>& t_s, double per_min, double from_s, double to_s,
              std::vector<double>& values) {
  if (per_min <= 0) return;
  double next = from_s + exponential(random, 60 / per_min);
  double leaked = 0;
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    for (; next <= t_s[i] && next <= to_s; next += exponential(random, 60 / per_min)) ++leaked;
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

void add_traffic(Random& random, const std::vector<double>& t_s, double units, std::vector<double>& values) {
  constexpr double kOn = 20;
  constexpr double kOff = 40;
  bool on = uniform(random, 0, kOn + kOff) < kOn;
  double until = exponential(random, on ? kOn : kOff);
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    while (until <= t_s[i]) {
      on = !on;
      until += exponential(random, on ? kOn : kOff);
    }
    values[i] += on ? units : 0;
  }
}

void add_sawtooth(Random& random, const std::vector<double>& t_s, double units, double period_s,
                  double vary_period, double vary_height, std::vector<double>& values) {
  const auto varied = [&](double middle, double share) {
    return share > 0 ? middle * uniform(random, 1 - share, 1 + share) : middle;
  };
  double period = varied(period_s, vary_period);
  double height = varied(units, vary_height);
  double start = -uniform(random, 0, 1) * period;
  for (std::size_t i = 0; i < t_s.size(); ++i) {
    while (start + period <= t_s[i]) {
      start += period;
      period = varied(period_s, vary_period);
      height = varied(units, vary_height);
    }
    values[i] += height * (t_s[i] - start) / period;
  }
}

void add_steps(Random& random, const std::vector<double>& t_s, int count, double units,
               std::vector<double>& values) {
  for (int k = 0; k < count; ++k) {
    const double at = uniform(random, 0.15, 0.85) * t_s.back();
    for (std::size_t i = 0; i < t_s.size(); ++i) values[i] += t_s[i] >= at ? units : 0;
  }
}

}  // namespace leakrig::stats
