#include "harness/stats/drain.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/students_t.hpp>

#include "harness/stats/growth/kendall.h"

namespace leakrig::stats {

namespace {

struct Plateau {
  double mean = 0;
  double variance_of_mean = 0;
  double effective = 0;
};

Plateau plateau_of(const std::vector<double>& readings) {
  const auto n = static_cast<double>(readings.size());
  Plateau level;
  level.mean = std::accumulate(readings.begin(), readings.end(), 0.0) / n;
  double square = 0;
  for (const double reading : readings) {
    square += (reading - level.mean) * (reading - level.mean);
  }
  const double rho = std::clamp(autocorrelation(readings, 1)[1], 0.0, 0.99);
  level.effective = std::max(2.0, n * (1 - rho) / (1 + rho));
  level.variance_of_mean = square / (n - 1) / level.effective;
  return level;
}

}  // namespace

std::string_view to_string(Drain drain) {
  switch (drain) {
    case Drain::drained:
      return "drained";
    case Drain::retained:
      return "retained";
    case Drain::inconclusive:
      break;
  }
  return "inconclusive";
}

DrainResult drain_test(const std::vector<double>& before, const std::vector<double>& after, double tolerance,
                       double confidence) {
  DrainResult result;
  if (before.size() < 3 || after.size() < 3) {
    return result;
  }
  const Plateau first = plateau_of(before);
  const Plateau last = plateau_of(after);
  result.remaining = last.mean - first.mean;
  const double variance = first.variance_of_mean + last.variance_of_mean;
  double reach = 0;
  if (variance > 0) {
    const double freedom = variance * variance /
                           (first.variance_of_mean * first.variance_of_mean / (first.effective - 1) +
                            last.variance_of_mean * last.variance_of_mean / (last.effective - 1));
    reach =
        std::sqrt(variance) * boost::math::quantile(boost::math::students_t(freedom), (1 + confidence) / 2);
  }
  result.ci_low = result.remaining - reach;
  result.ci_high = result.remaining + reach;
  if (result.ci_low > tolerance) {
    result.verdict = Drain::retained;
  } else if (result.ci_high <= tolerance) {
    result.verdict = Drain::drained;
  }
  return result;
}

}  // namespace leakrig::stats
