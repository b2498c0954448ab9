#include "harness/report/checks.h"

#include <fmt/format.h>

#include <cmath>

#include "harness/report/audit.h"
#include "harness/report/expectation_words.h"
#include "harness/report/format.h"
#include "harness/report/recorded_words.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostEvidence = 8;

std::string loss_text(const std::optional<Delivery>& delivery) {
  return delivery ? "; " + words::delivery(*delivery) : "";
}

/// What stands behind a metric: of one that leads a leak what it is made of, of another which leak it is of.
void add_evidence(const checked::Metric& metric, Check& check) {
  if (!check.part_of.empty()) {
    check.evidence.push_back("in step with " + plain_text(metric_noun(check.part_of)) + ": one leak");
    return;
  }
  if (metric.leak) {
    for (const auto& sentence : evidence_of(*metric.leak)) check.evidence.push_back(plain_text(sentence));
    if (!metric.leak->in_step.empty())
      check.evidence.push_back("in step with it " + plain_text(words::grown_list(metric.leak->in_step)));
  }
  for (const auto& reason : metric.reasons) {
    if (check.evidence.size() < kMostEvidence) check.evidence.push_back(printable(reason));
  }
  if (metric.minutes_to_decide) check.evidence.push_back(words::would_decide(metric.growing, *metric.minutes_to_decide));
}

/// Puts each kind of check into words.
class Wording {
 public:
  Wording(const Analysis& analysis, Check& check) : analysis_(analysis), check_(check) {}

  void operator()(const checked::Run& run) {
    const auto* variant = analysis_.variant(check_.variant);
    check_.message =
        run.outcome == Outcome::completed
            ? fmt::format("{}: {}: {}{}", printable(check_.variant), to_string(run.verdict),
                          headline_of(analysis_, *variant), loss_text(run.delivery))
            : fmt::format("{}: {}: {}", printable(check_.variant), to_string(run.outcome), printable(run.detail));
  }
  void operator()(const checked::Metric& metric) {
    const auto& growing = metric.growing;
    check_.message = fmt::format("{}: {}is {}: {} to {}, {}{}", plain_text(metric_title(growing.metric)),
                                 metric.expected.empty() ? "" : "expected " + metric.expected + ", ",
                                 to_string(growing.verdict), words::amount(growing, growing.start),
                                 words::amount(growing, growing.final), estimate_text(growing),
                                 growing.judged ? "" : " (not judged)");
    add_evidence(metric, check_);
  }
  void operator()(const checked::Stated& stated) {
    check_.message = expectation_text(stated.result) + loss_text(stated.delivery);
    if (!stated.difference) return;
    const auto& d = *stated.difference;
    check_.message += fmt::format(": a difference of {}/min ({} interval {} to {}; no difference is ±{:.1f})",
                                  signed_text(d.difference_per_min), percent_text(d.confidence),
                                  signed_text(d.ci_low), signed_text(d.ci_high), d.margin_per_min);
  }
  void operator()(const checked::Baseline& baseline) {
    check_.what = "baseline: " + words::compared(baseline.difference);
    check_.message = plain_text(words::difference(baseline.difference));
    if (!baseline.metric) return;
    check_.message += "; " + estimate_text(baseline.metric->growing);
    add_evidence(*baseline.metric, check_);
  }
  void operator()(const checked::Control& control) {
    check_.message = fmt::format("{}: {} must be {}, is {}", printable(check_.variant),
                                 plain_text(metric_noun(check_.what)), control.expected, control.actual);
  }
  void operator()(const checked::Stimulus& stimulus) { word_stimulus(analysis_, stimulus.row, check_); }

 private:
  const Analysis& analysis_;
  Check& check_;
};

}  // namespace

std::vector<Check> checks_of(const Analysis& analysis) {
  std::vector<Check> checks;
  for (const auto& result : check_results(analysis)) {
    Check check{result.variant, result.what, result.state, "", {}, {}, result.part_of, result.wall_s};
    for (const auto& place : result.places)
      check.places.push_back({printable(place.function, 200), printable(place.file), place.line});
    std::visit(Wording{analysis, check}, result.about);
    check.variant = printable(check.variant);
    check.what = printable(check.what);
    checks.push_back(std::move(check));
  }
  return checks;
}

}  // namespace leakrig
