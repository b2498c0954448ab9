#include "harness/report/findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/core/units.h"
#include "harness/report/configuration.h"
#include "harness/report/format.h"

namespace leakrig {
namespace {

std::string whole(double value) {
  return with_thousands(std::llround(value));
}

const char* plural(double count) {
  return count == 1 ? "" : "s";
}

std::string delivery_phrase(const Delivery& delivery) {
  const std::string written = whole(static_cast<double>(delivery.lines_written));
  if (delivery.lines_lost == 0) return fmt::format("all {} log lines were delivered", written);
  if (delivery.lines_delivered == 0) return fmt::format("none of {} log lines was collected", written);
  return fmt::format(
      "{} of {} log lines were lost ({:.1f} %)", whole(static_cast<double>(delivery.lines_lost)), written,
      100 * static_cast<double>(delivery.lines_lost) / static_cast<double>(delivery.lines_written));
}

/// "threads by 32.1/min (...), sockets by 16.1/min (...)": the judged metrics of a variant with this verdict,
/// or nothing.
std::string growths(const VariantAnalysis& variant, MetricVerdict verdict) {
  std::vector<std::string> parts;
  for (const auto& metric : variant.metrics) {
    if (metric.judged && metric.verdict == verdict && !metric.is_backlog()) {
      parts.push_back(fmt::format("{} by {}", metric_noun(metric.name), estimate_text(metric)));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The daemon-side line of a variant's orphans, or nothing.
const OrphanRow* main_orphans(const VariantAnalysis& variant) {
  return variant.orphans.empty() || variant.orphans.front().count == 0 ? nullptr : &variant.orphans.front();
}

std::string plateau_sentence(const VariantAnalysis& variant, const MetricAnalysis& metric) {
  std::string text = fmt::format("In {} {} grew by {}, then stopped at T+{:.1f} with {}", code(variant.name),
                                 metric_noun(metric.name), rate_text(metric, *metric.rate_before_plateau()),
                                 *metric.growth.plateau_from_minutes,
                                 count_text(metric, std::round(*metric.growth.plateau_level)));
  if (metric.verdict == MetricVerdict::capped && variant.costs.delivery) {
    text += fmt::format(", and with it the collection of logs: {}", delivery_phrase(*variant.costs.delivery));
  }
  return text + ".";
}

void summarize(const Analysis& analysis, Findings& findings) {
  for (const auto& variant : analysis.variants) {
    const auto* primary = variant.primary();
    if (primary == nullptr) {
      findings.summary.push_back(
          fmt::format("{}: nothing was sampled ({}).", code(variant.name), inline_text(variant.detail)));
      continue;
    }
    std::string text = fmt::format("{}: **{}**. {} went from {} to {} in {}: {}", code(variant.name),
                                   to_string(primary->verdict), metric_title(primary->name),
                                   count_text(*primary, primary->start), count_text(*primary, primary->final),
                                   minutes_text(variant.minutes), estimate_text(*primary));
    if (variant.replicates > 1)
      text += fmt::format(", over {} replicates (the counts are the first's)", variant.replicates);
    if (const auto before = primary->rate_before_plateau()) {
      text += fmt::format(", after {} until T+{:.1f}", rate_text(*primary, *before),
                          *primary->growth.plateau_from_minutes);
    }
    if (primary->drain && (primary->verdict == MetricVerdict::leak || primary->is_backlog())) {
      text += fmt::format("; with the fleet stopped {:+.0f} against T+0", primary->drain->remaining);
    }
    if (variant.verdict != primary->verdict)
      text += fmt::format("; over all metrics **{}**", to_string(variant.verdict));
    if (variant.costs.delivery) text += "; " + delivery_phrase(*variant.costs.delivery);
    if (variant.outcome != Outcome::completed)
      text += fmt::format("; **{}**: {}", to_string(variant.outcome), inline_text(variant.detail));
    findings.summary.push_back(text + ".");
  }
  for (const auto& control : analysis.controls) {
    if (control.held) continue;
    findings.summary.push_back(
        fmt::format("{} **failed**: {} must be {} and is {}. What this run says cannot be relied on.",
                    code(control.run.name), metric_noun(control.metric), control.expected, control.actual));
  }
  for (const auto& variant : analysis.variants) {
    const auto* primary = variant.primary();
    const auto* comparison = primary == nullptr ? nullptr : analysis.comparison(variant.name, primary->name);
    if (comparison == nullptr) continue;
    const auto& d = comparison->difference;
    findings.summary.push_back(
        fmt::format("{} against {}: **{}**, a difference of {}/min ({} interval {} to {}; no "
                    "difference is ±{:.1f}).",
                    code(variant.name), code(comparison->reference), to_string(d.verdict),
                    signed_text(d.difference_per_min), percent_text(d.confidence), signed_text(d.ci_low),
                    signed_text(d.ci_high), d.margin_per_min));
  }
}

void summarize_against(const Analysis& analysis, Findings& findings) {
  if (!analysis.against) return;
  bool worse = false;
  for (const auto& d : analysis.against->differences) {
    if (d.verdict != RecordedDifference::Verdict::worse) continue;
    worse = true;
    findings.summary.push_back(fmt::format(
        "{} is **worse** than the recorded baseline: {} {}, recorded {} (margin {}).", code(d.variant),
        inline_text(d.what), inline_text(d.now), inline_text(d.before), d.margin));
  }
  if (!worse && !analysis.against->differences.empty())
    findings.summary.push_back(
        fmt::format("Nothing is worse than the recorded baseline {}.", code(analysis.against->source)));
}

void confirm(const Analysis& analysis, const VariantAnalysis& variant, Findings& findings) {
  if (const auto leaks = growths(variant, MetricVerdict::leak); !leaks.empty()) {
    findings.confirmed.push_back(fmt::format("{} grows: {}; the tolerance is {:g}/min.", code(variant.name),
                                             leaks, analysis.tolerance_per_min));
  }
  for (const auto& metric : variant.metrics) {
    if (metric.judged && metric.rate_before_plateau()) {
      findings.confirmed.push_back(plateau_sentence(variant, metric));
      break;  // threads, sockets and descriptors of one connection stop together
    }
  }
  for (const auto& metric : variant.metrics) {
    if (metric.judged && metric.is_backlog()) {
      findings.confirmed.push_back(fmt::format(
          "In {} {} grow by {} under load, and are gone once the fleet has stopped: a backlog, not a leak.",
          code(variant.name), metric_noun(metric.name), estimate_text(metric)));
    }
  }
  // The first is of the metric that the report leads with; the others are the same streams counted again.
  if (!variant.two_sided.empty()) {
    findings.confirmed.push_back(
        fmt::format("In {}, {}", code(variant.name), two_sided_sentence(variant, variant.two_sided.front())));
  }
}

void rule_out(const Analysis& analysis, const VariantAnalysis& variant, Findings& findings) {
  if (const auto stable = growths(variant, MetricVerdict::stable); !stable.empty()) {
    findings.ruled_out.push_back(fmt::format("Growth above {:g}/min in {}: {}.", analysis.tolerance_per_min,
                                             code(variant.name), stable));
  }
  const auto* primary = variant.primary();
  const auto* comparison = primary == nullptr ? nullptr : analysis.comparison(variant.name, primary->name);
  const auto changes = changes_of(analysis, variant.name);
  if (comparison != nullptr && comparison->difference.verdict == stats::Comparison::identical &&
      !changes.empty() && primary->verdict == MetricVerdict::leak) {
    findings.ruled_out.push_back(
        fmt::format("{} as the cause or the cure within {}: the growth of {} stays the same.",
                    changes_phrase(changes), minutes_text(variant.minutes), metric_noun(primary->name)));
  }
}

void leave_open(const VariantAnalysis& variant, Findings& findings) {
  for (const auto& metric : variant.metrics) {
    if (metric.verdict != MetricVerdict::inconclusive || !metric.judged) continue;
    std::string text = fmt::format("Whether {} grow in {}: {}", metric_noun(metric.name), code(variant.name),
                                   estimate_text(metric));
    if (!metric.growth.reasons.empty()) text += "; " + metric.growth.reasons.front();
    if (metric.growth.minutes_to_decide) {
      text += fmt::format("; a run of about {} would likely decide",
                          minutes_text(std::ceil(*metric.growth.minutes_to_decide)));
    }
    findings.open.push_back(text + ".");
  }
}

void recommend(const Analysis& analysis, Findings& findings) {
  const auto* reference = analysis.variant(analysis.reference);
  for (const auto& variant : analysis.variants) {
    const auto* primary = variant.primary();
    if (primary == nullptr) continue;
    const auto changes = changes_of(analysis, variant.name);
    const auto* comparison = analysis.comparison(variant.name, primary->name);
    if (primary->verdict == MetricVerdict::capped) {
      findings.recommendations.push_back(fmt::format("Do not take {} for a fix: {}.", code(variant.name),
                                                     variant.costs.delivery
                                                         ? delivery_phrase(*variant.costs.delivery)
                                                         : "growth stopped because collection did"));
    } else if (comparison != nullptr && !changes.empty() && primary->verdict == MetricVerdict::leak) {
      std::string text =
          fmt::format("Do not adopt {} as a fix: {} still grow by {}", code(variant.name),
                      metric_noun(primary->name), rate_text(*primary, primary->growth.rate_per_min));
      if (reference != nullptr &&
          variant.costs.connections_per_min > 1.2 * reference->costs.connections_per_min) {
        text += fmt::format(", and it opens {:.0f} connections a minute where {} opens {:.0f}",
                            variant.costs.connections_per_min, code(reference->name),
                            reference->costs.connections_per_min);
      }
      findings.recommendations.push_back(text + ".");
    } else if (comparison != nullptr && primary->verdict == MetricVerdict::stable &&
               comparison->difference.verdict == stats::Comparison::improved) {
      const bool lossless = variant.costs.delivery && variant.costs.delivery->lines_lost == 0;
      findings.recommendations.push_back(
          lossless ? fmt::format("Adopt {}: the growth ends and no line is lost.", code(variant.name))
                   : fmt::format(
                         "{} ends the growth, but not without loss or without proof of delivery; weigh it.",
                         code(variant.name)));
    }
  }
  for (const auto& variant : analysis.variants) {
    const auto* orphans = main_orphans(variant);
    if (orphans == nullptr || variant.verdict == MetricVerdict::stable) continue;
    findings.recommendations.push_back(
        fmt::format("Close each {} before it is replaced: in {} {} had been superseded by a newer one of the "
                    "same container and were still open.",
                    code(orphans->request), code(variant.name), whole(static_cast<double>(orphans->count))));
    break;  // the same advice for each variant would say nothing new
  }
  if (findings.recommendations.empty() && analysis.exit_code == ExitCode::ok) {
    findings.recommendations.emplace_back("Nothing to change: no growth above the tolerance was found.");
  }
}

}  // namespace

std::string two_sided_sentence(const VariantAnalysis& variant, const TwoSided& side) {
  std::vector<std::string> groups;
  for (const auto& group : side.groups) groups.push_back(code(group));
  std::string text = fmt::format("of {} new {}, {} ({}) grow in step with {} more open {} request{}",
                                 whole(side.metric_growth), metric_noun(side.metric), whole(side.explained),
                                 fmt::join(groups, ", "), whole(side.open_growth), code(side.request),
                                 plural(side.open_growth));
  for (const auto& orphan : variant.orphans) {
    if (orphan.request != side.request || orphan.count == 0) continue;
    text += fmt::format(
        "; at the end {} of {} open were superseded by a newer one of the same container, the oldest {} old",
        whole(static_cast<double>(orphan.count)), whole(static_cast<double>(orphan.open_at_end)),
        humanize_duration(from_seconds(orphan.oldest_s)));
  }
  return text + ".";
}

Findings findings_of(const Analysis& analysis) {
  Findings findings;
  summarize_against(analysis, findings);
  summarize(analysis, findings);
  for (const auto& variant : analysis.variants) {
    confirm(analysis, variant, findings);
    rule_out(analysis, variant, findings);
    leave_open(variant, findings);
  }
  recommend(analysis, findings);
  return findings;
}

}  // namespace leakrig
