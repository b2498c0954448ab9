#include "harness/analysis/sweep.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace leakrig {
namespace {

using nlohmann::json;

/// How far rates may be off a line and still be told by it: of the rate, and a minute.
constexpr double kOffLine = 0.1;
constexpr double kOffLinePerMin = 1;

struct XY {
  double x = 0;
  double y = 0;
};

template <typename Predict>
bool describes(const std::vector<XY>& points, const Predict& predict) {
  return std::all_of(points.begin(), points.end(), [&](const XY& point) {
    return std::abs(point.y - predict(point.x)) <= std::max(kOffLinePerMin, kOffLine * std::abs(point.y));
  });
}

void fit(const std::vector<XY>& points, Sweep& sweep) {
  const auto sum = [&](auto of) {
    return std::accumulate(points.begin(), points.end(), 0.0,
                           [&](double total, const XY& point) { return total + of(point); });
  };
  const double xx = sum([](const XY& p) { return p.x * p.x; });
  if (xx <= 0) return;
  // Through the origin: every unit has its share.
  const double each = sum([](const XY& p) { return p.x * p.y; }) / xx;
  if (describes(points, [&](double x) { return each * x; })) {
    sweep.per_unit = each;
    sweep.is_proportional = true;
    return;
  }
  const double n = static_cast<double>(points.size());
  const double x_mean = sum([](const XY& p) { return p.x; }) / n;
  const double y_mean = sum([](const XY& p) { return p.y; }) / n;
  const double spread = sum([&](const XY& p) { return (p.x - x_mean) * (p.x - x_mean); });
  if (points.size() < 3 || spread <= 0) return;
  const double slope = sum([&](const XY& p) { return (p.x - x_mean) * (p.y - y_mean); }) / spread;
  if (describes(points, [&](double x) { return y_mean + slope * (x - x_mean); })) sweep.per_unit = slope;
}

}  // namespace

std::optional<Sweep> read_sweep(const Analysis& analysis) {
  const auto& of = analysis.scenario.sweep;
  if (!of) return std::nullopt;
  Sweep sweep;
  sweep.pointer = of->pointer;
  sweep.name = sweep.pointer.substr(sweep.pointer.rfind('/') + 1);
  sweep.metric = analysis.lead_metric();
  for (const auto& text : of->values) {
    const json value = json::parse(text);
    SweepPoint point{value.dump(), std::nullopt, MetricVerdict::inconclusive, nullptr};
    if (value.is_number()) point.value = value.get<double>();
    if (value.is_string()) point.text = value.get<std::string>();
    const auto* variant = analysis.variant(sweep.name + "=" + point.text);
    if (variant == nullptr) continue;
    point.metric = variant->metric(sweep.metric);
    if (point.metric != nullptr) point.verdict = point.metric->verdict;
    sweep.idle_connections =
        sweep.idle_connections || (!variant->connection_evidence.empty() &&
                                   variant->connection_evidence.front().groups.front().is_idle);
    sweep.points.push_back(point);
  }
  const auto is_number = [](const SweepPoint& point) { return point.value && point.metric != nullptr; };
  if (!std::all_of(sweep.points.begin(), sweep.points.end(), is_number)) return sweep;
  std::stable_sort(sweep.points.begin(), sweep.points.end(),
                   [](const auto& a, const auto& b) { return *a.value < *b.value; });
  auto first = sweep.points.end();
  while (first != sweep.points.begin() && std::prev(first)->verdict == MetricVerdict::leak) --first;
  if (first == sweep.points.end()) return sweep;
  sweep.grows_from = *first->value;
  const bool clean_before = std::none_of(sweep.points.begin(), first, [](const SweepPoint& point) {
    return point.verdict == MetricVerdict::leak;
  });
  if (first != sweep.points.begin() && clean_before) sweep.none_up_to = *std::prev(first)->value;
  std::vector<XY> growing;
  for (auto point = first; point != sweep.points.end(); ++point)
    growing.push_back({*point->value, point->metric->growth.rate_per_min});
  fit(growing, sweep);
  return sweep;
}

}  // namespace leakrig
