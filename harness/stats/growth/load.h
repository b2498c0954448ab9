#pragma once

#include <vector>

namespace leakrig::stats {

/// Value per container, roughly: least squares of the changes of the values on the changes of the containers,
/// large changes winsorised. Differences are blind to trends, steps and levels. 0 where the containers never
/// change.
double container_effect(const std::vector<double>& values, const std::vector<double>& containers);
/// The values less what that effect makes of the containers.
std::vector<double> without_load(std::vector<double> values, const std::vector<double>& containers);


/// Whether the load rises or falls so evenly that it is a measure of time: what it does to the values and what grows by
/// itself cannot be told apart then. False where it never changes.
bool is_a_clock(const std::vector<double>& minutes, const std::vector<double>& containers);

/// What the load may do to the values: the containers as they were some time ago, and their square, each less
/// its mean; empty where the load never changes. The delay is the one, of up to a minute, that explains the
/// changes of the values best: what a container costs comes and goes with it at once, late, or out of
/// proportion.
std::vector<std::vector<double>> load_columns(const std::vector<double>& times,
                                              const std::vector<double>& values,
                                              const std::vector<double>& containers, double span_minutes);
/// The values less what these columns make of them, roughly: one after the other, as container_effect does.
std::vector<double> without_columns(std::vector<double> values,
                                    const std::vector<std::vector<double>>& columns);

}  // namespace leakrig::stats
