#include "harness/stats/growth/load.h"

#include <algorithm>

#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

constexpr double kWinsorised = 3;
constexpr int kRounds = 8;

}  // namespace

double container_effect(const std::vector<double>& values, const std::vector<double>& containers) {
  if (values.size() < 3 || containers.size() != values.size()) {
    return 0;
  }
  std::vector<double> rises;
  std::vector<double> loads;
  double square = 0;
  for (std::size_t i = 1; i < values.size(); ++i) {
    rises.push_back(values[i] - values[i - 1]);
    loads.push_back(containers[i] - containers[i - 1]);
    square += loads.back() * loads.back();
  }
  if (!(square > 0)) {
    return 0;
  }
  const double usual = median(rises);
  std::vector<double> ratios;
  for (std::size_t i = 0; i < rises.size(); ++i) {
    rises[i] -= usual;
    if (loads[i] != 0) {
      ratios.push_back(rises[i] / loads[i]);
    }
  }
  double effect = median(std::move(ratios));
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> rest(rises.size());
    for (std::size_t i = 0; i < rises.size(); ++i) {
      rest[i] = rises[i] - effect * loads[i];
    }
    const double limit = kWinsorised * robust_sd(rest);
    double product = 0;
    for (std::size_t i = 0; i < rises.size(); ++i) {
      const double clipped = limit > 0 ? std::clamp(rest[i], -limit, limit) : rest[i];
      product += clipped * loads[i];
    }
    effect += product / square;
  }
  return effect;
}

std::vector<double> without_load(std::vector<double> values, const std::vector<double>& containers) {
  const double effect = container_effect(values, containers);
  for (std::size_t i = 0; i < containers.size(); ++i) values[i] -= effect * containers[i];
  return values;
}

}  // namespace leakrig::stats
