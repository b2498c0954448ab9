#include "harness/stats/change_point.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace leakrig::stats {
namespace {

constexpr std::size_t kShortestLevel = 2;
constexpr std::size_t kEnoughForSpread = 6;
/// Median of the square of a standard normal variable.
constexpr double kMedianOfSquare = 0.454936;

struct Level {
  double mean = 0;
  double variance = 0;  ///< of the mean
};

Level level_of(const std::vector<Measured>& results, const std::vector<double>& variances, std::size_t from,
               std::size_t to) {
  double weights = 0;
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) {
    weights += 1 / variances[i];
    sum += results[i].value / variances[i];
  }
  return {sum / weights, 1 / weights};
}

/// Variance that successive results have beyond what their standard errors say.
double extra_variance(const std::vector<Measured>& results) {
  if (results.size() < kEnoughForSpread) return 0;
  std::vector<double> excess;
  for (std::size_t i = 1; i < results.size(); ++i) {
    const double difference = results[i].value - results[i - 1].value;
    const double known = std::pow(results[i].standard_error, 2) + std::pow(results[i - 1].standard_error, 2);
    excess.push_back(difference * difference / kMedianOfSquare - known);
  }
  std::nth_element(excess.begin(), excess.begin() + static_cast<std::ptrdiff_t>(excess.size() / 2),
                   excess.end());
  return std::max(0.0, excess[excess.size() / 2] / 2);
}

double two_sided_p(double z) {
  return std::erfc(std::abs(z) / std::sqrt(2.0));
}

class Segmentation {
 public:
  Segmentation(const std::vector<Measured>& results, const ChangeOptions& options)
      : results_(results), options_(options) {
    const double extra = extra_variance(results);
    // A result that claims to be exact is as sure as a hundredth of the margin.
    const double least = std::max(std::pow(options.margin / 100, 2), 1e-12);
    for (const auto& result : results)
      variances_.push_back(std::max(least, std::pow(result.standard_error, 2) + extra));
  }

  std::vector<Change> run() {
    search(0, results_.size());
    std::sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) { return a.at < b.at; });
    settle_levels();
    return changes_;
  }

 private:
  void search(std::size_t from, std::size_t to) {
    if (to - from < 2 * kShortestLevel) return;
    std::optional<Change> best;
    double best_z = 0;
    for (std::size_t at = from + kShortestLevel; at + kShortestLevel <= to; ++at) {
      const Level before = level_of(results_, variances_, from, at);
      const Level after = level_of(results_, variances_, at, to);
      const double z = (after.mean - before.mean) / std::sqrt(before.variance + after.variance);
      if (std::abs(z) <= best_z || !is_agreed(at, before.mean, after.mean)) continue;
      best_z = std::abs(z);
      best = Change{at, before.mean, after.mean, 0};
    }
    if (!best) return;
    const auto tried = static_cast<double>(to - from - 2 * kShortestLevel + 1);
    best->p = std::min(1.0, tried * two_sided_p(best_z));
    if (best->p > options_.doubt || std::abs(best->after - best->before) <= options_.margin) return;
    changes_.push_back(*best);
    search(from, best->at);
    search(best->at, to);
  }

  /// The two results on either side of the split each lie on their own side of the middle between the levels.
  bool is_agreed(std::size_t at, double before, double after) const {
    const double middle = (before + after) / 2;
    for (std::size_t i = at - kShortestLevel; i < at + kShortestLevel; ++i) {
      const bool beyond = (results_[i].value > middle) == (after > before);
      if (beyond != (i >= at)) return false;
    }
    return true;
  }

  /// A change found first saw levels that others have parted since.
  void settle_levels() {
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const std::size_t from = i == 0 ? 0 : changes_[i - 1].at;
      const std::size_t to = i + 1 == changes_.size() ? results_.size() : changes_[i + 1].at;
      changes_[i].before = level_of(results_, variances_, from, changes_[i].at).mean;
      changes_[i].after = level_of(results_, variances_, changes_[i].at, to).mean;
    }
  }

  const std::vector<Measured>& results_;
  ChangeOptions options_;
  std::vector<double> variances_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> find_changes(const std::vector<Measured>& results, const ChangeOptions& options) {
  return Segmentation(results, options).run();
}

}  // namespace leakrig::stats
