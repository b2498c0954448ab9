#include "harness/report/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/core/units.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

bool is_bytes(const MetricAnalysis& metric) {
  return metric.unit == "bytes";
}

struct Title {
  const char* column;
  const char* noun;
};

const std::map<std::string, Title>& titles() {
  static const std::map<std::string, Title> known{
      {metric::kThreads, {"Threads", "threads"}},
      {metric::kGoroutines, {"Goroutines", "goroutines"}},
      {metric::kSockets, {"Sockets", "sockets"}},
      {metric::kFds, {"File descriptors", "file descriptors"}},
      {metric::kRssBytes, {"Resident memory", "resident memory"}}};
  return known;
}

/// Without "-0.0".
double shown(double value) {
  return std::abs(value) < 0.05 ? 0.0 : value;
}

}  // namespace

std::string count_text(const MetricAnalysis& metric, double value) {
  if (is_bytes(metric)) return humanize_bytes(value);
  if (value != std::floor(value)) return fmt::format("{:.2f}", value);
  return with_thousands(std::llround(value));
}

std::string growth_text(const MetricAnalysis& metric, double value) {
  return (value < 0 ? "-" : "+") + count_text(metric, std::abs(value));
}

std::string signed_text(double per_min) {
  return fmt::format("{:+.1f}", std::abs(per_min) < 0.05 ? 0.0 : per_min);
}

std::string mark_text(double minute) {
  return fmt::format("T+{:g}", std::round(minute * 100) / 100);
}

std::string rate_text(const MetricAnalysis& metric, double rate_per_min) {
  if (is_bytes(metric)) return humanize_bytes(rate_per_min) + "/min";
  return fmt::format("{:.1f}/min", shown(rate_per_min));
}

std::string estimate_text(const MetricAnalysis& metric) {
  const auto& growth = metric.growth;
  const auto bound = [&](double value) {
    return is_bytes(metric) ? humanize_bytes(value) : fmt::format("{:.1f}", shown(value));
  };
  return fmt::format("{} ({} interval {} to {})", rate_text(metric, growth.rate_per_min),
                     percent_text(growth.confidence), bound(growth.ci_low), bound(growth.ci_high));
}

std::string estimate_text(const MetricAnalysis& metric, const ReplicateAnalysis& replicate) {
  MetricAnalysis own = metric;
  own.growth = replicate.growth;
  return estimate_text(own);
}

std::string metric_title(const std::string& name) {
  const auto found = titles().find(name);
  return found == titles().end() ? inline_text(name) : found->second.column;
}

std::string metric_noun(const std::string& name) {
  const auto found = titles().find(name);
  return found == titles().end() ? inline_text(name) : found->second.noun;
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
