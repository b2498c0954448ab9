#include "harness/stats/sequential.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include <boost/math/distributions/normal.hpp>

namespace leakrig::stats {

double obrien_fleming_spent(double error, double share) {
  if (!(share > 0)) {
    return 0;
  }
  const boost::math::normal normal;
  const double z = boost::math::quantile(boost::math::complement(normal, error / 2));
  return 2 * boost::math::cdf(boost::math::complement(normal, z / std::sqrt(std::min(share, 1.0))));
}

double pocock_spent(double error, double share) {
  return error * std::log1p((std::exp(1.0) - 1) * std::clamp(share, 0.0, 1.0));
}

GrowthOptions at_look(const GrowthOptions& options, int look, int looks) {
  if (looks < 1 || look < 1 || look > looks) {
    throw std::invalid_argument("at_look: no such look");
  }
  const double now = static_cast<double>(look) / looks;
  const double before = static_cast<double>(look - 1) / looks;
  GrowthOptions result = options;
  result.share_of_run = now;
  const double error = 1 - options.confidence;
  const double spend = obrien_fleming_spent(error, now) - obrien_fleming_spent(error, before);
  result.confidence = 1 - std::max(spend, 1e-9);
  result.doubt_of_growth =
      pocock_spent(options.doubt_of_growth, now) - pocock_spent(options.doubt_of_growth, before);
  return result;
}

}  // namespace leakrig::stats
