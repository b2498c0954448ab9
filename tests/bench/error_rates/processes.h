#pragma once

#include <random>
#include <vector>

#include "tests/bench/error_rates/corpus.h"

namespace leakrig::stats {

/// The parts that traces are made of. Each adds to `values`, or returns a value, for each time `t_s` in
/// seconds.
using Random = std::mt19937_64;
double uniform(Random& random, double from, double to);
double exponential(Random& random, double mean);
/// AR(1) with this coefficient and these innovations at 1 Hz, seen at every `dt_s`.
std::vector<double> ar1(Random& random, std::size_t n, double phi_1hz, double innovation_sd_1hz, double dt_s);
/// M/M/infinity in its stationary state.
std::vector<double> running_containers(Random& random, const std::vector<double>& t_s, double mean,
                                       double life_s);
/// A random walk whose step in one second has this standard deviation.
void add_walk(Random& random, const std::vector<double>& t_s, double sd_1hz, std::vector<double>& values);
/// One unit more at the times of a Poisson process between `from_s` and `to_s`.
void add_leak(Random& random, const std::vector<double>& t_s, double per_min, double from_s, double to_s,
              std::vector<double>& values);
void add_bursts(Random& random, const std::vector<double>& t_s, const CorpusOptions& options,
                std::vector<double>& values);
/// Traffic that is on for 20 s and off for 40 s on average, with this many units while it is on.
void add_traffic(Random& random, const std::vector<double>& t_s, double units, std::vector<double>& values);
/// Teeth of these units; period and height of each vary evenly by these shares up and down.
void add_sawtooth(Random& random, const std::vector<double>& t_s, double units, double period_s,
                  double vary_period, double vary_height, std::vector<double>& values);
/// `count` steps at even random places of the middle seven tenths.
void add_steps(Random& random, const std::vector<double>& t_s, int count, double units,
               std::vector<double>& values);

}  // namespace leakrig::stats
