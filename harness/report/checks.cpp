#include "harness/report/checks.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/analysis/findings.h"
#include "harness/report/audit.h"
#include "harness/report/format.h"
#include "harness/report/recorded_words.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/status.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostEvidence = 8;

/// The leak that a metric leads or belongs to, or null.
const finding::Leak* leak_with(const std::vector<finding::Leak>& leaks, const std::string& metric) {
  for (const auto& leak : leaks) {
    if (is_part_of(leak, metric)) return &leak;
  }
  return nullptr;
}

const ExpectationResult* expectation_of(const VariantAnalysis& variant, const std::string& what) {
  for (const auto& e : variant.expectations) {
    if (e.what == what) return &e;
  }
  return nullptr;
}

CheckState state_of(bool held, bool undecided) {
  return held ? CheckState::passed : undecided ? CheckState::undecided : CheckState::failed;
}

/// What stands behind a metric: of one that leads a leak what it is made of, of another which leak it is of.
void add_evidence(const VariantAnalysis& variant, const MetricAnalysis& metric, const finding::Leak* leak,
                  Check& check) {
  if (leak != nullptr && leak->lead.metric != metric.name) {
    check.part_of = leak->lead.metric;
    check.evidence.push_back("in step with " + plain_text(metric_noun(leak->lead.metric)) + ": one leak");
    return;
  }
  if (leak != nullptr) {
    for (const auto& sentence : evidence_of(*leak)) check.evidence.push_back(plain_text(sentence));
    if (!leak->in_step.empty())
      check.evidence.push_back("in step with it " + plain_text(words::grown_list(leak->in_step)));
  }
  for (const auto& row : variant.attribution) {
    if (row.growth > 0 && metric_of_group(row.kind) == metric.name && !row.file.empty())
      check.places.push_back({printable(row.function, 200), printable(row.file), row.line});
  }
  for (const auto& reason : metric.growth.reasons) {
    if (check.evidence.size() < kMostEvidence) check.evidence.push_back(printable(reason));
  }
  if (metric.growth.minutes_to_decide && check.state == CheckState::undecided)
    check.evidence.push_back(fmt::format("a run of about {} would likely decide",
                                         minutes_text(std::ceil(*metric.growth.minutes_to_decide))));
}

Check metric_check(const VariantAnalysis& variant, const MetricAnalysis& metric,
                   const std::vector<finding::Leak>& leaks) {
  Check check;
  check.variant = printable(variant.name);
  check.what = printable(metric.name);
  const bool undecided = metric.verdict == MetricVerdict::inconclusive;
  std::string expected;
  if (const auto* e = expectation_of(variant, metric.name)) {
    check.state = state_of(e->held, undecided);
    expected = fmt::format("expected {}, ", e->expected);
  } else if (metric.judged && expectation_of(variant, "verdict") != nullptr) {
    check.state = state_of(metric.verdict == MetricVerdict::stable, undecided);
    if (metric.verdict != MetricVerdict::stable) expected = "expected stable, ";
  }
  check.message = fmt::format("{}: {}is {}: {} to {}, {}", plain_text(metric_title(metric.name)), expected,
                              to_string(metric.verdict), count_text(metric, metric.start),
                              count_text(metric, metric.final), estimate_text(metric));
  if (!metric.judged) check.message += " (not judged)";
  if (check.state != CheckState::passed || metric.verdict == MetricVerdict::leak)
    add_evidence(variant, metric, leak_with(leaks, metric.name), check);
  return check;
}

std::string loss_text(const VariantAnalysis& variant) {
  if (!variant.costs.delivery) return "";
  const auto& d = *variant.costs.delivery;
  return fmt::format("; {} of {} lines were lost", d.lines_lost, d.lines_written);
}

void add_variant(const Analysis& analysis, const VariantAnalysis& variant, std::vector<Check>& checks) {
  Check run{printable(variant.name),
            "run",
            CheckState::passed,
            fmt::format("{}: {}: {}{}", printable(variant.name), to_string(variant.verdict),
                        headline_of(analysis, variant), loss_text(variant)),
            {},
            {},
            {},
            variant.wall_s};
  if (variant.outcome != Outcome::completed) {
    run.state = CheckState::broken;
    run.message = fmt::format("{}: {}: {}", printable(variant.name), to_string(variant.outcome),
                              printable(variant.detail));
  }
  checks.push_back(run);
  const auto leaks = leaks_of(variant);
  for (const auto* metric : variant.by_importance()) checks.push_back(metric_check(variant, *metric, leaks));
  for (const auto& e : variant.expectations) {
    if (e.what == "verdict" || e.what == "recorded_baseline" || variant.metric(e.what) != nullptr) continue;
    Check check{printable(variant.name),
                printable(e.what),
                state_of(e.held, e.actual == "inconclusive"),
                expectation_text(e),
                {},
                {}};
    const auto* comparison = analysis.main_comparison(variant.name);
    if (e.what == "versus_reference" && comparison != nullptr) {
      const auto& d = comparison->difference;
      check.message +=
          fmt::format(": a difference of {}/min ({} interval {} to {}; no difference is ±{:.1f})",
                      signed_text(d.difference_per_min), percent_text(d.confidence), signed_text(d.ci_low),
                      signed_text(d.ci_high), d.margin_per_min);
    }
    if (e.what == "lines_lost") check.message += loss_text(variant);
    checks.push_back(std::move(check));
  }
}

void add_differences(const Analysis& analysis, std::vector<Check>& checks) {
  for (const auto& d : analysis.against->differences) {
    Check check{printable(d.variant),
                "baseline: " + printable(words::compared(d)),
                CheckState::passed,
                plain_text(words::difference(d)),
                {},
                {}};
    if (d.verdict == RecordedDifference::Verdict::worse) check.state = CheckState::failed;
    if (d.verdict == RecordedDifference::Verdict::undecided) check.state = CheckState::undecided;
    const auto* variant = analysis.variant(d.variant);
    const auto* metric = variant == nullptr ? nullptr : variant->metric(d.metric);
    if (metric != nullptr && check.state != CheckState::passed) {
      const auto leaks = leaks_of(*variant);
      const auto* leak = leak_with(leaks, metric->name);
      if (d.of == RecordedDifference::Of::group) {
        // It is what its metric's growth is made of: told of there.
        check.part_of = leak == nullptr ? metric->name : leak->lead.metric;
      } else {
        check.message += "; " + estimate_text(*metric);
        add_evidence(*variant, *metric, leak, check);
      }
    }
    checks.push_back(std::move(check));
  }
}

}  // namespace

std::vector<Check> checks_of(const Analysis& analysis) {
  if (analysis.audit) return audit_checks(analysis);
  std::vector<Check> checks;
  for (const auto& variant : analysis.variants) add_variant(analysis, variant, checks);
  if (analysis.against) add_differences(analysis, checks);
  for (const auto& control : analysis.controls) {
    checks.push_back({printable(control.run.name),
                      printable(control.metric),
                      control.held ? CheckState::passed : CheckState::broken,
                      fmt::format("{}: {} must be {}, is {}", printable(control.run.name),
                                  plain_text(metric_noun(control.metric)), control.expected, control.actual),
                      {},
                      {}});
  }
  return checks;
}

}  // namespace leakrig
