#include "harness/stats/residue.h"

#include <Eigen/Dense>
#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace leakrig::stats {
namespace {

constexpr std::size_t kFewestRests = 4;
constexpr double kIntervalTail = 0.025;  // of the interval that people see
/// Rests at which the count must stand higher than ever: two steps may be two accidents.
constexpr int kFewestRises = 3;
/// The second half of a leak rises at this share of the whole slope at least: what fills a pool has slowed by then.
constexpr double kKeepsComing = 0.5;
/// Sums of whole numbers leave errors of rounding only: below this, relative to the largest count, there is none.
constexpr double kRounding = 1e-9;

/// A slope, the standard error of it, and the degrees of freedom that it rests on.
struct Slope {
  double value = 0;
  double error = 0;
  double freedom = 1;
  double squares = 0;  ///< of the residuals
};

/// Least squares of `y` on `x` with an intercept and, where `step` is inside, one step before that index.
Slope slope_of(const std::vector<double>& x, const std::vector<double>& y, std::size_t step = 0) {
  const auto n = static_cast<Eigen::Index>(x.size());
  const Eigen::Index columns = step == 0 ? 2 : 3;
  Eigen::MatrixXd design(n, columns);
  Eigen::VectorXd counts(n);
  double largest = 1;
  for (Eigen::Index i = 0; i < n; ++i) {
    const auto at = static_cast<std::size_t>(i);
    design(i, 0) = 1;
    design(i, 1) = x[at] - x.front();
    if (step != 0) design(i, 2) = at >= step ? 1 : 0;
    counts(i) = y[at] - y.front();
    largest = std::max(largest, std::abs(counts(i)));
  }
  const auto solver = design.colPivHouseholderQr();
  Slope slope;
  slope.error = std::numeric_limits<double>::infinity();
  slope.freedom = static_cast<double>(n - columns);
  if (solver.rank() < columns || slope.freedom < 1) return slope;
  const Eigen::VectorXd fitted = solver.solve(counts);
  const double squares = (counts - design * fitted).squaredNorm();
  slope.squares = squares < std::pow(kRounding * largest, 2) * static_cast<double>(n) ? 0 : squares;
  slope.value = std::abs(fitted(1)) < kRounding * largest ? 0 : fitted(1);
  const Eigen::MatrixXd inverse = (design.transpose() * design).inverse();
  slope.error = std::sqrt(std::max(0.0, slope.squares / slope.freedom * inverse(1, 1)));
  return slope;
}

/// The fit with the one step that explains most.
Slope slope_beside_step(const std::vector<double>& x, const std::vector<double>& y) {
  Slope best;
  best.error = std::numeric_limits<double>::infinity();
  best.squares = std::numeric_limits<double>::infinity();
  for (std::size_t step = 1; step < x.size(); ++step) {
    const Slope slope = slope_of(x, y, step);
    if (std::isfinite(slope.error) && slope.squares < best.squares) best = slope;
  }
  return best;
}

/// The slope less what time alone adds to it, with both errors (Welch and Satterthwaite's freedom).
Slope without_drift(Slope slope, const Slope& drift, double minutes_per_occurrence) {
  const double own = slope.error * slope.error;
  const double other = std::pow(drift.error * minutes_per_occurrence, 2);
  slope.value -= drift.value * minutes_per_occurrence;
  const double spread = own * own / slope.freedom + other * other / drift.freedom;
  if (spread > 0) slope.freedom = (own + other) * (own + other) / spread;
  slope.error = std::sqrt(own + other);
  return slope;
}

double t_quantile(double freedom, double tail) {
  return boost::math::quantile(boost::math::complement(boost::math::students_t(std::max(1.0, freedom)), tail));
}

bool is_above(const Slope& slope, double least, double error) {
  if (!std::isfinite(slope.error)) return false;
  return slope.value - t_quantile(slope.freedom, error) * slope.error > least;
}

/// Rests at which the count, less the drift, stands higher than at any before.
int rises(const std::vector<double>& y, double least) {
  int count = 0;
  double highest = y.front();
  for (const double each : y) {
    if (each < highest + least) continue;
    ++count;
    highest = each;
  }
  return count;
}

struct RestColumns {
  std::vector<double> occurrences;
  std::vector<double> minutes;
  std::vector<double> counts;
};

RestColumns columns_of(std::span<const Rest> rests) {
  RestColumns columns;
  for (const auto& rest : rests) {
    columns.occurrences.push_back(rest.occurrences);
    columns.minutes.push_back(rest.minutes);
    columns.counts.push_back(rest.count);
  }
  return columns;
}

/// A step that leaves this share of the squares or less was one: the slope beside it is the one to tell.
constexpr double kIsStep = 0.25;

Slope telling_slope(const std::vector<double>& x, const std::vector<double>& y) {
  const Slope plain = slope_of(x, y);
  const Slope beside = slope_beside_step(x, y);
  return std::isfinite(beside.error) && beside.squares <= kIsStep * plain.squares && plain.squares > 0 ? beside : plain;
}

/// What time alone adds; a thing made once is no drift.
Slope drift_of(const RestColumns& idle) {
  return telling_slope(idle.minutes, idle.counts);
}

/// The rests of the second half of the occurrences.
Slope second_half(const RestColumns& all, const std::vector<double>& net) {
  const double half = (all.occurrences.front() + all.occurrences.back()) / 2;
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < net.size(); ++i) {
    if (all.occurrences[i] < half) continue;
    x.push_back(all.occurrences[i]);
    y.push_back(net[i]);
  }
  return slope_of(x, y);
}

/// From this many occurrences on, the count has not left the range of its last rests.
double occurrences_until_flat(const RestColumns& all, const std::vector<double>& net, double slack) {
  std::size_t first = net.size() - 1;
  while (first > 0 && std::abs(net[first - 1] - net.back()) <= slack) --first;
  return all.occurrences[first];
}

}  // namespace

const char* to_string(ResidueVerdict verdict) {
  switch (verdict) {
    case ResidueVerdict::leak:
      return "leak";
    case ResidueVerdict::capacity:
      return "capacity";
    case ResidueVerdict::stable:
      return "stable";
    case ResidueVerdict::inconclusive:
      break;
  }
  return "inconclusive";
}

Residue assess_residue(std::span<const Rest> rests, std::span<const Rest> twin, const ResidueOptions& options) {
  Residue residue;
  if (!rests.empty()) {
    residue.occurrences = rests.back().occurrences;
    residue.final = rests.back().count;
    residue.start = rests.front().count;
    for (const auto& rest : rests) {
      if (rest.occurrences <= rests.front().occurrences) residue.start = rest.count;
    }
  }
  if (rests.size() < kFewestRests || rests.back().occurrences <= rests.front().occurrences) {
    residue.reason = "fewer than four rests, or nothing happened between them";
    return residue;
  }
  const RestColumns all = columns_of(rests);
  Slope drift;
  if (twin.size() >= kFewestRests) {
    const RestColumns idle = columns_of(twin);
    drift = drift_of(idle);
    if (!std::isfinite(drift.error)) drift = Slope{};
  }
  std::vector<double> net;
  for (std::size_t i = 0; i < rests.size(); ++i)
    net.push_back(all.counts[i] - drift.value * (all.minutes[i] - all.minutes.front()));
  const double pace = slope_of(all.occurrences, all.minutes).value;
  const Slope whole = without_drift(telling_slope(all.occurrences, all.counts), drift, pace);
  const Slope beside_step = without_drift(slope_beside_step(all.occurrences, all.counts), drift, pace);
  const Slope late = second_half(all, net);

  residue.per_occurrence = whole.value;
  const double reach = std::isfinite(whole.error) ? t_quantile(whole.freedom, kIntervalTail) * whole.error : 0;
  residue.low = whole.value - reach;
  residue.high = whole.value + reach;

  const bool comes = is_above(whole, 0, options.leak_error) && whole.value >= options.smallest;
  const bool keeps_coming = is_above(beside_step, 0, options.leak_error) &&
                            late.value >= kKeepsComing * whole.value &&
                            rises(net, options.tolerance) >= kFewestRises;
  if (comes && keeps_coming) {
    residue.verdict = ResidueVerdict::leak;
    return residue;
  }
  const Slope plain = without_drift(slope_of(all.occurrences, all.counts), drift, pace);
  const bool rose = is_above(plain, 0, options.leak_error);
  const bool late_is_flat =
      std::isfinite(late.error) && late.value + t_quantile(late.freedom, kIntervalTail) * late.error < options.tolerance;
  if (rose && late_is_flat && late.value < kKeepsComing * plain.value) {
    residue.verdict = ResidueVerdict::capacity;
    const double slack = options.tolerance + 2 * std::sqrt(late.squares / std::max(1.0, late.freedom));
    residue.stopped_after = occurrences_until_flat(all, net, slack);
  } else if (residue.high < options.tolerance || (late_is_flat && !rose)) {
    residue.verdict = ResidueVerdict::stable;
  } else {
    residue.reason = rose ? "it rose, and whether it goes on the rests do not tell"
                          : "the count moves too much between rests for so few occurrences";
  }
  return residue;
}

}  // namespace leakrig::stats
