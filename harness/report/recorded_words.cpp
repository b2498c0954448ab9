#include "harness/report/recorded_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>

#include "harness/analysis/analysis.h"
#include "harness/analysis/cost_catalogue.h"
#include "harness/core/metrics.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"

namespace leakrig::words {
namespace {

using Of = RecordedDifference::Of;

std::string measured_text(const RecordedDifference& difference, const RecordedValue& value) {
  switch (difference.of) {
    case Of::metric:
      return fmt::format("{} {}", to_string(value.verdict.value_or(MetricVerdict::inconclusive)),
                         rate_text(difference.quantity, value.value));
    case Of::group:
      return value.known ? rate_text(difference.quantity, value.value) : "not growing";
    case Of::lines_lost:
      return fmt::format("{:.0f} of {:.0f}", value.value, value.written);
    case Of::cost:
      break;
  }
  return cost_text(*cost_info(difference.what), value.value);
}

std::string accepted_rate(const AcceptedMetric& metric, const RecordedValue& value) {
  return fmt::format("{} {}", to_string(value.verdict.value_or(MetricVerdict::inconclusive)),
                     rate_text(metric.quantity, value.value));
}

}  // namespace

std::string compared(const RecordedDifference& difference) {
  switch (difference.of) {
    case Of::group:
      return "group " + difference.what;
    case Of::lines_lost:
      return "lines lost";
    case Of::cost:
      return cost_info(difference.what)->baseline_name;
    case Of::metric:
      break;
  }
  return difference.what;
}

std::string recorded(const RecordedDifference& difference) {
  return measured_text(difference, difference.before);
}

std::string now(const RecordedDifference& difference) { return measured_text(difference, difference.now); }

std::string margin(const RecordedDifference& difference) {
  if (difference.of == Of::lines_lost)
    return difference.margin == 0 ? "none" : "+" + share_text(difference.margin) + " of the share";
  if (difference.of == Of::cost) return "+" + cost_text(*cost_info(difference.what), difference.margin);
  return "+" + rate_text(difference.quantity, difference.margin);
}

std::string difference(const RecordedDifference& difference) {
  return fmt::format("{}: {}, recorded {} (margin {}): {}", inline_text(compared(difference)), now(difference),
                     recorded(difference), margin(difference), to_string(difference.verdict));
}

std::string along(const finding::WorseThanBaseline& worse) {
  std::vector<std::string> parts;
  for (const auto& each : worse.along) parts.push_back(inline_text(compared(each)));
  return parts.empty() ? "" : fmt::format("; with it {}", fmt::join(parts, ", "));
}

std::string accepted_headline(const Acceptance& acceptance) {
  // Of a variant that leaks in several metrics the one that would lead.
  std::map<std::string, const AcceptedMetric*> leaking;
  for (const auto& metric : acceptance.metrics) {
    if (metric.now.verdict != MetricVerdict::leak) continue;
    const auto*& told = leaking[metric.variant];
    if (told == nullptr || metric_info(metric.metric).rank < metric_info(told->metric).rank) told = &metric;
  }
  constexpr std::size_t kMost = 2;
  std::vector<std::string> leaks;
  for (const auto& [variant, metric] : leaking) {
    if (leaks.size() == kMost) {
      leaks.push_back(fmt::format("{} more", leaking.size() - kMost));
      break;
    }
    leaks.push_back(fmt::format("{} of {} {}", plain_text(metric_noun(metric->metric)), printable(variant, 80),
                                rate_text(metric->quantity, metric->now.value)));
  }
  const std::string what = leaks.empty()
                               ? "nothing leaks in it"
                               : fmt::format("accepts that {} leak{}: {}", leaking.size(),
                                             leaking.size() == 1 ? "s" : "", fmt::join(leaks, ", "));
  return fmt::format("{}  {}: {}, {}", acceptance.is_update ? "UPDATED" : "RECORDED",
                     printable(acceptance.file), counted(static_cast<double>(acceptance.variants), "variant"), what);
}

std::vector<std::string> accepted_lines(const Acceptance& acceptance) {
  std::vector<std::string> lines;
  for (const auto& metric : acceptance.metrics)
    lines.push_back(fmt::format("{} {}: {}{}", printable(metric.variant), printable(metric.metric),
                                metric.before ? accepted_rate(metric, *metric.before) + " -> " : "new: ",
                                accepted_rate(metric, metric.now)));
  return lines;
}

}  // namespace leakrig::words
