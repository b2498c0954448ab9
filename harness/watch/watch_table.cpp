#include "harness/watch/watch_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/say.h"
#include "harness/core/units.h"
#include "harness/report/format.h"

namespace leakrig {
namespace {

constexpr const char* kTime = "{:>10}";
constexpr const char* kColumn = "  {:>20}";

std::string safe(const std::string& text) {
  std::string out = text;
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

}  // namespace

std::string watch_head(const VariantAnalysis& variant) {
  std::string line = fmt::format(fmt::runtime(kTime), "Time");
  for (const auto& metric : variant.metrics)
    line += fmt::format(fmt::runtime(kColumn), safe(metric_title(metric.name)));
  return line + "  Verdict so far";
}

std::string watch_row(const VariantAnalysis& variant, const Sample& latest) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(from_seconds(std::max(0.0, latest.due_s)));
  std::string line = fmt::format(fmt::runtime(kTime), "T+" + format_duration(seconds));
  for (const auto& metric : variant.metrics) {
    const auto value = latest.values.find(metric.name);
    line += fmt::format(fmt::runtime(kColumn),
                        value == latest.values.end()
                            ? "-"
                            : fmt::format("{} {}", count_text(metric, value->second),
                                          growth_text(metric, value->second - metric.start)));
  }
  const auto* metric = variant.lead();
  if (metric == nullptr) return line + "  -";
  return line + fmt::format("  {}: {} {}", to_string(variant.verdict), safe(metric_noun(metric->name)),
                            estimate_text(*metric));
}

void WatchTable::row(const VariantAnalysis& variant, const Sample& latest) {
  if (const auto head = watch_head(variant); head != head_) {
    head_ = head;
    say(out_, "{}{}{}\n", color_ ? "\033[1m" : "", head_, color_ ? "\033[0m" : "");
  }
  say(out_, "{}\n", watch_row(variant, latest));
  std::fflush(out_);
}

}  // namespace leakrig
