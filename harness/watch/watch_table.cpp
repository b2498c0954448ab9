#include "harness/watch/watch_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/say.h"
#include "harness/core/units.h"
#include "harness/report/format.h"

namespace leakrig {
namespace {

constexpr std::size_t kTimeWidth = 10;
constexpr std::size_t kWideColumn = 20;
constexpr std::size_t kGap = 2;
/// "inconclusive 1,234.5/min"
constexpr std::size_t kShortVerdict = 24;
/// "inconclusive: file descriptors 592.5/min (95 % 579.3 to 605.9)"
constexpr std::size_t kLongVerdict = 62;

std::string safe(const std::string& text) {
  std::string out = text;
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, ' ');
  return out;
}

std::string right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

/// Which metrics have a column, and how much is said of the verdict.
struct Layout {
  std::vector<const MetricAnalysis*> columns;
  std::size_t column = kWideColumn;
  bool whole_verdict = true;
};

/// All in the catalogue's order where they fit; else the lead first, and of the others the most important.
Layout layout_for(const VariantAnalysis& variant, std::size_t width) {
  Layout layout;
  for (const auto& metric : variant.metrics) layout.columns.push_back(&metric);
  if (kTimeWidth + layout.columns.size() * (kGap + kWideColumn) + kGap + kLongVerdict <= width) return layout;
  layout.columns = variant.by_importance();
  layout.column = kWideColumn - kGap;
  layout.whole_verdict = false;
  const std::size_t taken = kTimeWidth + kGap + kShortVerdict;
  const std::size_t room = width > taken ? (width - taken) / (kGap + layout.column) : 0;
  layout.columns.resize(std::min(layout.columns.size(), std::max<std::size_t>(room, 1)));
  return layout;
}

/// Of a name that is longer than its column the end is left out.
std::string title_for(const MetricAnalysis& metric, std::size_t width) {
  std::string title = safe(metric_title(metric.name));
  if (title.size() > width) title = title.substr(0, width - 3) + "...";
  return title;
}

std::string verdict_text(const VariantAnalysis& variant, const MetricAnalysis& lead, bool whole) {
  if (whole)
    return fmt::format("{}: {} {}", to_string(variant.verdict), safe(metric_noun(lead.name)), estimate_text(lead));
  const auto estimate = estimate_text(lead);
  return fmt::format("{} {}", to_string(variant.verdict), estimate.substr(0, estimate.find(" (")));
}

}  // namespace

std::string watch_head(const VariantAnalysis& variant, std::size_t width) {
  const Layout layout = layout_for(variant, width);
  std::string line = right("Time", kTimeWidth);
  for (const auto* metric : layout.columns)
    line += std::string(kGap, ' ') + right(title_for(*metric, layout.column), layout.column);
  return line + "  Verdict so far";
}

std::string watch_row(const VariantAnalysis& variant, const Sample& latest, std::size_t width) {
  const Layout layout = layout_for(variant, width);
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(from_seconds(std::max(0.0, latest.due_s)));
  std::string line = right("T+" + format_duration(seconds), kTimeWidth);
  for (const auto* metric : layout.columns) {
    const auto value = latest.values.find(metric->name);
    line += std::string(kGap, ' ') + right(value == latest.values.end()
                                               ? "-"
                                               : fmt::format("{} {}", count_text(*metric, value->second),
                                                             growth_text(*metric, value->second - metric->start)),
                                           layout.column);
  }
  const auto* lead = variant.lead();
  return line + "  " + (lead == nullptr ? "-" : verdict_text(variant, *lead, layout.whole_verdict));
}

void WatchTable::row(const VariantAnalysis& variant, const Sample& latest) {
  if (const auto head = watch_head(variant, width_); head != head_) {
    head_ = head;
    say(out_, "{}{}{}\n", color_ ? "\033[1m" : "", head_, color_ ? "\033[0m" : "");
  }
  say(out_, "{}\n", watch_row(variant, latest, width_));
  std::fflush(out_);
}

}  // namespace leakrig
