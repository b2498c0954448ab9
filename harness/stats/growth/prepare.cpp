#include "harness/stats/growth/prepare.h"

#include <algorithm>
#include <cmath>

#include "harness/stats/growth/cycle.h"
#include "harness/stats/growth/load.h"
#include "harness/stats/growth/outliers.h"
#include "harness/stats/growth/robust.h"

namespace leakrig::stats {

namespace {

template <typename T>
std::vector<T> unmarked(const std::vector<T>& all, const std::vector<bool>& marked) {
  std::vector<T> some;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!marked[i]) {
      some.push_back(all[i]);
    }
  }
  return some;
}

int bins_of(const std::vector<int>& phases) {
  return *std::max_element(phases.begin(), phases.end()) + 1;
}

constexpr double kDay = 24 * 60;  ///< minutes
constexpr std::size_t kFewestForDay = 24;
constexpr int kDayBins = 5;  ///< two harmonics: of a day's rhythm the rest is short and does no harm

}  // namespace

Prepared prepare(const Series& series, Points points, std::optional<double> period_of_falls) {
  Prepared result;
  const std::vector<std::vector<double>> load = load_columns(points.times, points.values, points.containers,
                                                             points.span_minutes);
  std::vector<double> plain = without_columns(points.values, load);
  std::vector<double> values = points.values;
  std::vector<bool> marked = find_bursts(plain);
  if (series.cycle_minutes) {
    result.period = *series.cycle_minutes / points.span_minutes;
  } else {
    // What a cycle does between two turns may look like a burst: without them only where all show no cycle.
    result.period = find_period(points.times, plain);
    if (!result.period && std::find(marked.begin(), marked.end(), true) != marked.end()) {
      result.period = find_period(unmarked(points.times, marked), unmarked(plain, marked));
    }
    if (!result.period) result.period = period_of_falls;
    result.period_found = result.period.has_value();
  }
  std::vector<int> phases;
  if (result.period) {
    phases = phase_bins(points.times, *result.period);
    if (phases.empty()) {
      result.period.reset();
    } else {
      const std::vector<double> freed = without_cycle(points.times, plain, phases);
      for (std::size_t i = 0; i < values.size(); ++i) values[i] -= plain[i] - freed[i];
      plain = freed;
      marked = find_bursts(plain);
    }
  }
  result.bursts = static_cast<std::size_t>(std::count(marked.begin(), marked.end(), true));
  result.data.times = unmarked(points.times, marked);
  result.data.values = unmarked(values, marked);
  result.data.plain = unmarked(plain, marked);
  for (const std::vector<double>& column : load) result.data.load.push_back(unmarked(column, marked));
  if (!phases.empty()) {
    result.data.period = result.period;
    result.data.bins = bins_of(phases);
  }
  if (!result.period && points.span_minutes >= kTwoDays && points.values.size() >= kFewestForDay) {
    result.data.period = kDay / points.span_minutes;
    result.data.bins = kDayBins;
  }
  const auto few = static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, points.values.size() / 10));
  result.data.start_level =
      std::abs(median({points.values.begin(), points.values.begin() + few}) + points.origin / points.scale);
  result.points = std::move(points);
  return result;
}

}  // namespace leakrig::stats
