#include "harness/stats/growth/prepare.h"

#include <algorithm>

#include "harness/stats/growth/cycle.h"
#include "harness/stats/growth/load.h"
#include "harness/stats/growth/outliers.h"

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

}  // namespace

Prepared prepare(const Series& series, Points points) {
  Prepared result;
  std::vector<double> plain = without_load(points.values, points.containers);
  std::vector<bool> marked = find_bursts(plain);
  if (series.cycle_minutes) {
    result.period = *series.cycle_minutes / points.span_minutes;
  } else {
    // What a cycle does between two turns may look like a burst: without them only where all show no cycle.
    result.period = find_period(points.times, plain);
    if (!result.period && std::find(marked.begin(), marked.end(), true) != marked.end()) {
      result.period = find_period(unmarked(points.times, marked), unmarked(plain, marked));
    }
    result.period_found = result.period.has_value();
  }
  std::vector<int> phases;
  if (result.period) {
    phases = phase_bins(points.times, *result.period);
    if (phases.empty()) {
      result.period.reset();
    } else {
      plain = without_cycle(points.times, plain, phases);
      marked = find_bursts(plain);
    }
  }
  result.bursts = static_cast<std::size_t>(std::count(marked.begin(), marked.end(), true));
  result.data.times = unmarked(points.times, marked);
  result.data.values = unmarked(points.values, marked);
  result.data.plain = unmarked(plain, marked);
  if (!points.containers.empty()) {
    result.data.containers = unmarked(points.containers, marked);
  }
  if (!phases.empty()) {
    result.data.phases = unmarked(phases, marked);
  }
  result.points = std::move(points);
  return result;
}

}  // namespace leakrig::stats
