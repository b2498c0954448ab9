#include "harness/history/history_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/analysis/lead.h"
#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/report/headlines.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr int kStripWidth = 41;

std::string number_text(const HistoryPoint& point, double rate) {
  return rate_number_text(quantity_of_unit(point.unit), rate);
}

std::string date_of(const HistoryPoint& point) {
  const std::string date = point.source.commit_time
                               ? rfc3339_nano(std::chrono::seconds{*point.source.commit_time})
                               : point.recorded_at;
  return date.substr(0, 10);
}

/// The standard error, of which results of schema 1 know nothing: then from the interval, an 85 % one.
double error_of(const HistoryPoint& point) {
  constexpr double kWidthOf85 = 1.282 + 1.645;
  return point.standard_error > 0 ? point.standard_error : (point.ci_high - point.ci_low) / kWidthOf85;
}

struct Axis {
  double low = 0;
  double high = 1;
  int column(double value) const {
    const double place = (value - low) / (high - low) * (kStripWidth - 1);
    return static_cast<int>(std::lround(std::clamp(place, 0.0, double{kStripWidth - 1})));
  }
};

Axis axis_of(const std::vector<HistoryPoint>& points) {
  Axis axis{0, points.back().tolerance_per_min};
  for (const auto& point : points) {
    axis.low = std::min(axis.low, point.ci_low);
    axis.high = std::max(axis.high, point.ci_high);
  }
  if (axis.high <= axis.low) axis.high = axis.low + 1;
  return axis;
}

/// "|   :  ---o--   |": zero, the tolerance, the interval and the rate.
std::string strip(const HistoryPoint& point, const Axis& axis) {
  std::string text(kStripWidth, ' ');
  const auto at = [&](double value) -> char& { return text[static_cast<std::size_t>(axis.column(value))]; };
  at(0) = '|';
  at(point.tolerance_per_min) = ':';
  for (int i = axis.column(point.ci_low); i <= axis.column(point.ci_high); ++i)
    text[static_cast<std::size_t>(i)] = '-';
  at(point.rate_per_min) = 'o';
  return text;
}

RateChange rate_change(const HistoryLine& line, const stats::Change& change) {
  const HistoryPoint& point = line.points[change.at];
  return {commit_text(point.source), point.source.branch, date_of(point), change.before, change.after, change.p};
}

std::string told(const HistoryLine& line, const stats::Change& change) {
  return change_text(quantity_of_unit(line.points[change.at].unit), rate_change(line, change));
}

}  // namespace

HistoryLine history_line(HistorySeries series, std::vector<HistoryPoint> points) {
  HistoryLine line{std::move(series), std::move(points), {}};
  if (line.points.empty()) return line;
  std::vector<stats::Measured> results;
  for (const auto& point : line.points) results.push_back({point.rate_per_min, error_of(point)});
  stats::ChangeOptions options;
  options.margin = line.points.back().tolerance_per_min;
  line.changes = stats::find_changes(results, options);
  return line;
}

std::string commit_text(const SourceState& source) {
  if (source.commit.empty()) return "-";
  return printable(source.commit.substr(0, 7)) + (source.dirty ? "+" : "");
}

RateHistory rate_history(const HistoryLine& line) {
  RateHistory history;
  history.variant = line.series.variant;
  history.metric = line.series.metric;
  history.results = line.points.size();
  if (line.points.empty()) return history;
  const HistoryPoint& newest = line.points.back();
  history.quantity = quantity_of_unit(newest.unit);
  history.newest = verdict_named(newest.verdict);
  history.rate_per_min = newest.rate_per_min;
  for (const auto& change : line.changes) history.changes.push_back(rate_change(line, change));
  return history;
}

std::string history_text(const HistoryLine& line) {
  std::string out =
      fmt::format("{} {}: {} result{}\n", printable(line.series.variant, 80),
                  printable(line.series.metric, 80), line.points.size(), line.points.size() == 1 ? "" : "s");
  if (line.points.empty()) return out;
  const Axis axis = axis_of(line.points);
  out += fmt::format("  {:<9} {:<10} {:<16} {:>10} {:<12} {:<{}} ( | 0, : tolerance)\n", "commit", "date",
                     "branch", "rate/min", "verdict", fmt::format("{:.4g} to {:.4g}", axis.low, axis.high),
                     kStripWidth);
  for (std::size_t i = 0; i < line.points.size(); ++i) {
    for (const auto& change : line.changes) {
      if (change.at == i) out += fmt::format("  ---- {}\n", told(line, change));
    }
    const auto& point = line.points[i];
    out += fmt::format("  {:<9} {:<10} {:<16} {:>10} {:<12} {}\n", commit_text(point.source), date_of(point),
                       printable(point.source.branch, 16), number_text(point, point.rate_per_min),
                       printable(point.verdict, 12), strip(point, axis));
  }
  if (line.changes.empty()) out += "  no change of the rate was found\n";
  return out;
}

json history_json(const std::string& scenario, const std::vector<HistoryLine>& lines) {
  json out{{"schema", "leakrig/history/1"}, {"scenario", scenario}, {"series", json::array()}};
  for (const auto& line : lines) {
    json series{{"variant", line.series.variant},
                {"metric", line.series.metric},
                {"points", json::array()},
                {"changes", json::array()}};
    for (const auto& point : line.points) {
      series["unit"] = point.unit;
      series["tolerance_per_min"] = point.tolerance_per_min;
      series["points"].push_back({{"run", point.run},
                                  {"commit", point.source.commit},
                                  {"dirty", point.source.dirty},
                                  {"branch", point.source.branch},
                                  {"date", date_of(point)},
                                  {"recorded_at", point.recorded_at},
                                  {"rate_per_min", point.rate_per_min},
                                  {"ci", {point.ci_low, point.ci_high}},
                                  {"verdict", point.verdict}});
    }
    for (const auto& change : line.changes)
      series["changes"].push_back({{"at", change.at},
                                   {"commit", line.points[change.at].source.commit},
                                   {"before_per_min", change.before},
                                   {"after_per_min", change.after},
                                   {"p", change.p},
                                   {"text", told(line, change)}});
    out["series"].push_back(std::move(series));
  }
  return out;
}

}  // namespace leakrig
