#pragma once

#include <vector>

namespace leakrig::stats {

/// Value per container, roughly: least squares of the changes of the values on the changes of the containers,
/// large changes winsorised. Differences are blind to trends, steps and levels. 0 where the containers never
/// change.
double container_effect(const std::vector<double>& values, const std::vector<double>& containers);
/// The values less what that effect makes of the containers.
std::vector<double> without_load(std::vector<double> values, const std::vector<double>& containers);

}  // namespace leakrig::stats
