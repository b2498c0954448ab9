#include "harness/stats/plateau.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace leakrig::stats {
namespace {

constexpr std::size_t kFewestReadings = 8;
constexpr double kShortestLevel = 0.1;  ///< of the whole
constexpr double kBicMargin = 10;       ///< "very strong", Kass and Raftery 1995
constexpr double kRiseOverScatter = 6;
/// Neighbouring readings repeat each other; the evidence is counted as if there were no more than these.
constexpr double kMostIndependent = 60;

/// Running sums of a least-squares line, about the first point so that large values keep their digits.
struct Sums {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  void add(double at, double value) {
    n += 1;
    x += at;
    y += value;
    xx += at * at;
    xy += at * value;
    yy += value * value;
  }
};

struct Line {
  double slope = 0;
  double residual = std::numeric_limits<double>::infinity();  ///< sum of squares
};

Line fit(const Sums& s) {
  const double sxx = s.xx - s.x * s.x / s.n;
  const double sxy = s.xy - s.x * s.y / s.n;
  const double syy = s.yy - s.y * s.y / s.n;
  if (sxx <= 0) return {0, std::max(0.0, syy)};
  return {sxy / sxx, std::max(0.0, syy - sxy * sxy / sxx)};
}

/// The fit of a + b min(t, tau), given the sums up to tau and of all.
Line fit_hinge(const Sums& before, const Sums& all, double tau) {
  Sums s = before;
  const double count = all.n - before.n;
  const double sum = all.y - before.y;
  s.n += count;
  s.x += tau * count;
  s.y += sum;
  s.xx += tau * tau * count;
  s.xy += tau * sum;
  s.yy = all.yy;
  return fit(s);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

std::optional<Plateau> find_plateau(const std::vector<double>& minutes, const std::vector<double>& values,
                                    double tolerance_per_min) {
  const std::size_t n = minutes.size();
  if (n < 3 * kFewestReadings || n != values.size()) return std::nullopt;
  const double t0 = minutes.front();
  const double y0 = values.front();
  const double whole = minutes.back() - t0;
  Sums all;
  for (std::size_t i = 0; i < n; ++i) all.add(minutes[i] - t0, values[i] - y0);

  Line best;
  std::size_t end_of_rise = 0;
  Sums before;
  for (std::size_t i = 0; i + kFewestReadings < n; ++i) {
    before.add(minutes[i] - t0, values[i] - y0);
    const double tau = minutes[i] - t0;
    if (i + 1 < kFewestReadings) continue;
    if (whole - tau < kShortestLevel * whole) break;
    if (const Line line = fit_hinge(before, all, tau); line.residual < best.residual) {
      best = line;
      end_of_rise = i;
    }
  }
  if (end_of_rise == 0 || best.slope <= tolerance_per_min) return std::nullopt;

  const double tau = minutes[end_of_rise] - t0;
  const double scatter = std::sqrt(best.residual / static_cast<double>(n));
  if (best.slope * tau < kRiseOverScatter * scatter) return std::nullopt;

  const double independent = std::min(kMostIndependent, static_cast<double>(n));
  const double tiny = 1e-12 * std::max(1.0, all.yy);
  const double gain =
      independent * std::log((fit(all).residual + tiny) / (best.residual + tiny)) - std::log(independent);
  if (gain < kBicMargin) return std::nullopt;

  Sums level;
  for (std::size_t i = end_of_rise + 1; i < n; ++i) level.add(minutes[i] - t0, values[i] - y0);
  if (std::abs(fit(level).slope) > tolerance_per_min) return std::nullopt;
  return Plateau{minutes[end_of_rise],
                 median({values.begin() + static_cast<std::ptrdiff_t>(end_of_rise) + 1, values.end()}),
                 best.slope};
}

}  // namespace leakrig::stats
