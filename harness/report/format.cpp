#include "harness/report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"

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
  constexpr double kShort_s = 10;  // below, milliseconds are told apart
  const double seconds = minute * 60;
  const double step = std::abs(seconds) < kShort_s ? 1e-3 : 1;
  const double rounded = std::round(seconds / step) * step;
  if (std::abs(std::remainder(rounded, 60)) < step / 2) return fmt::format("T+{:.0f}", rounded / 60);
  return "T+" + format_duration(std::chrono::milliseconds{std::llround(rounded * 1e3)});
}

std::string rate_text(const MetricAnalysis& metric, double rate_per_min) {
  return rate_text(quantity_of(metric), rate_per_min);
}

std::string estimate_text(const MetricAnalysis& metric) {
  return estimate_text(growing(metric));
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
  if (minutes > 0 && minutes < 0.995) return fmt::format("{:.0f} seconds", minutes * 60);
  if (tenths == std::floor(tenths)) return fmt::format("{:.0f} minute{}", tenths, tenths == 1 ? "" : "s");
  return fmt::format("{:.1f} minutes", tenths);
}

std::string percent_text(double fraction) {
  const double rounded = std::round(fraction * 1e4) / 100;
  return fmt::format("{:g} %", fraction < 1 ? std::min(rounded, 99.99) : rounded);
}

std::string inline_text(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string safe;
  for (const char c : printable(text, kLongest)) {
    if (c == '`') {
      safe += '\'';
    } else if (c == '<') {
      safe += '(';
    } else if (c == '>') {
      safe += ')';
    } else {
      if (std::string_view{"*[]|\\~"}.find(c) != std::string_view::npos) safe += '\\';
      safe += c;
    }
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
