#include "harness/report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

std::string about_minutes_text(double minutes) { return minutes_text(std::ceil(minutes)); }

std::string share_text(double share, int digits) { return fmt::format("{:.{}f} %", share * 100, digits); }

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p); }

std::string milliseconds_text(double seconds, int digits) { return fmt::format("{:.{}f} ms", seconds * 1e3, digits); }

std::string counted(double count, std::string_view singular, std::string_view plural) {
  const auto whole = std::llround(count);
  const std::string noun = whole == 1 || !plural.empty() ? std::string{whole == 1 ? singular : plural}
                                                         : std::string{singular} + "s";
  return with_thousands(whole) + " " + noun;
}

std::string near_whole_text(double value, const MetricInfo& info) {
  constexpr double kNear = 0.1;
  const double nearest = std::round(value);
  if (value == nearest || (nearest >= 1 && std::abs(value - nearest) <= kNear)) return counted_text(info, nearest);
  return significant_text(value, 2) + " " + info.plural;
}

std::string axis_title(const std::string& name) {
  return metric_noun(name) + (metric_info(name).is_bytes() ? ", MiB" : "");
}

std::string axis_number(const std::string& name, double value) {
  constexpr double kMebibyte = 1024.0 * 1024;
  return metric_info(name).is_bytes() ? fmt::format("{:.1f}", value / kMebibyte) : fmt::format("{:g}", value);
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
