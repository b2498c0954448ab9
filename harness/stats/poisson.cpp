#include "harness/stats/poisson.h"

#include <cmath>
#include <stdexcept>

#include <boost/math/special_functions/gamma.hpp>

namespace leakrig::stats {

PoissonRate poisson_rate(std::size_t events, double exposure, double confidence) {
  if (!(exposure > 0) || !(confidence > 0) || !(confidence < 1)) {
    throw std::invalid_argument("poisson_rate: exposure or confidence out of range");
  }
  const auto count = static_cast<double>(events);
  const double tail = (1 - confidence) / 2;
  const double low = events > 0 ? boost::math::gamma_p_inv(count, tail) : 0;
  return {count / exposure, low / exposure, boost::math::gamma_q_inv(count + 1, tail) / exposure};
}

Verdict orphan_verdict(std::size_t orphans, double cycles, const OrphanTest& test) {
  if (!(test.accepted_rate > 0) || !(test.leaking_rate > test.accepted_rate)) {
    throw std::invalid_argument("orphan_verdict: rates out of order");
  }
  const double evidence = static_cast<double>(orphans) * std::log(test.leaking_rate / test.accepted_rate) -
                          (test.leaking_rate - test.accepted_rate) * cycles;
  if (evidence >= std::log((1 - test.false_stable) / test.false_leak)) {
    return Verdict::leak;
  }
  return evidence <= std::log(test.false_stable / (1 - test.false_leak)) ? Verdict::stable
                                                                         : Verdict::inconclusive;
}

}  // namespace leakrig::stats
