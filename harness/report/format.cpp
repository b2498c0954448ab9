#include "harness/report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/metrics.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

Quantity quantity_of(const MetricAnalysis& metric) {
  return quantity_of_unit(metric.unit);
}

}  // namespace

std::string count_text(const MetricAnalysis& metric, double value) {
  return amount_text(quantity_of(metric), value);
}

std::string growth_text(const MetricAnalysis& metric, double value) {
  return signed_amount_text(quantity_of(metric), value);
}

std::string row_rate_text(const MetricAnalysis& metric, const stats::GrowthRow& row) {
  if (!row.rate_per_min) return "-";
  return amount_text(quantity_of(metric), static_cast<double>(*row.rate_per_min));
}

std::string signed_text(double per_min) {
  return fmt::format("{:+.1f}", std::abs(per_min) < 0.05 ? 0.0 : per_min);
}

std::string mark_text(double minute) {
  return fmt::format("T+{:g}", std::round(minute * 100) / 100);
}

std::string rate_text(const MetricAnalysis& metric, double rate_per_min) {
  return rate_text(quantity_of(metric), rate_per_min);
}

std::string estimate_text(const MetricAnalysis& metric) {
  const auto& growth = metric.growth;
  // Too few readings: what has no error is no estimate.
  if (growth.verdict == stats::Verdict::inconclusive && growth.standard_error == 0) return "no estimate";
  const auto bound = [&](double value) { return rate_number_text(quantity_of(metric), value); };
  return fmt::format("{} ({} interval {} to {})", rate_text(metric, growth.rate_per_min),
                     percent_text(growth.confidence), bound(growth.ci_low), bound(growth.ci_high));
}

std::string estimate_text(const MetricAnalysis& metric, const ReplicateAnalysis& replicate) {
  MetricAnalysis own = metric;
  own.growth = replicate.growth;
  return estimate_text(own);
}

std::string metric_title(const std::string& name) {
  return inline_text(metric_info(name).title);
}

std::string metric_noun(const std::string& name) {
  return inline_text(metric_info(name).plural);
}

std::string minutes_text(double minutes) {
  const double tenths = std::round(minutes * 10) / 10;
  if (tenths == std::floor(tenths)) return fmt::format("{:.0f} minute{}", tenths, tenths == 1 ? "" : "s");
  return fmt::format("{:.1f} minutes", tenths);
}

std::string percent_text(double fraction) {
  const double rounded = std::round(fraction * 1e4) / 100;
  return fmt::format("{:g} %", fraction < 1 ? std::min(rounded, 99.99) : rounded);
}

std::string inline_text(std::string_view text) {
  std::string safe = printable(text, 200);
  for (char& c : safe) {
    if (std::string_view{"`*[]|"}.find(c) != std::string_view::npos) c = '\'';
    if (c == '<') c = '(';
    if (c == '>') c = ')';
  }
  return safe;
}

std::string code(std::string_view name, std::size_t longest) {
  std::string safe = printable(name, longest);
  std::replace(safe.begin(), safe.end(), '`', '\'');
  std::replace(safe.begin(), safe.end(), '|', '/');
  return "`" + safe + "`";
}

}  // namespace leakrig
