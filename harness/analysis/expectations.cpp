#include "harness/analysis/expectations.h"

#include <algorithm>
#include <optional>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/findings.h"
#include "harness/analysis/standing.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

/// A leak in one of the judged metrics is a leak of the program. Where nothing is judged, nothing is known.
MetricVerdict overall(const VariantAnalysis& variant) {
  const auto* lead = variant.lead();
  return lead == nullptr || !lead->judged ? MetricVerdict::inconclusive : lead->verdict;
}

using Actual = decltype(ExpectationResult::actual);

Actual actual_of(const Analysis& analysis, const VariantAnalysis& variant, const Expectation& expected) {
  const std::string& what = expected.what;
  if (expected.kind == Expectation::Kind::versus_reference) {
    const auto* comparison = analysis.main_comparison(variant.name);
    return std::string{to_string(comparison == nullptr ? Standing::not_compared : standing_of(analysis, *comparison))};
  }
  if (expected.kind == Expectation::Kind::lines) {
    if (!variant.costs.delivery) return NotMeasured{};
    const Delivery& delivery = *variant.costs.delivery;
    return std::string{(what == "lines_lost" ? delivery.lines_lost : delivery.lines_duplicated) == 0 ? "none" : "some"};
  }
  const auto* metric = variant.metric(what);
  if (metric == nullptr) return NotMeasured{};
  return std::string{to_string(metric->verdict)};
}

/// What an expectation with bounds is held against; nothing if it was not measured.
std::optional<double> number_of(const VariantAnalysis& variant, const std::string& what) {
  if (const auto* cost = cost_info(what)) return cost->value(variant.costs);
  if (what == "peak_threads") {
    const auto* threads = variant.metric(metric::kThreads);
    return threads == nullptr ? std::nullopt : std::optional{threads->peak};
  }
  if (what != "lines_lost_percent" || !variant.costs.delivery) return std::nullopt;
  return lost_share(variant.costs) * 100;
}

/// Who expects "identical" need not know that it is more than that, nor who expects "improved" that it is by
/// doing less, where that is what was asked for.
bool answers(const std::string& expected, const std::string& actual) {
  return (expected == to_string(Standing::identical) && actual == to_string(Standing::inert)) ||
         (expected == to_string(Standing::improved) && actual == to_string(Standing::does_less));
}

ExpectationResult check_bounds(const VariantAnalysis& variant, const std::string& what,
                               const Bounds& bounds) {
  ExpectationResult result{what, bounds, NotMeasured{}};
  const auto actual = number_of(variant, what);
  if (!actual) return result;
  result.actual = *actual;
  result.held = !(bounds.at_least && *actual < *bounds.at_least) && !(bounds.at_most && *actual > *bounds.at_most);
  return result;
}

/// Whether a code came out as it was expected, or as one that answers it.
ExpectationResult check_word(const Expectation& expected, Actual actual) {
  const auto* word = std::get_if<std::string>(&actual);
  if (word != nullptr && expected.kind == Expectation::Kind::versus_reference && answers(expected.word, *word))
    actual = expected.word;
  const bool held = word != nullptr && std::get<std::string>(actual) == expected.word;
  return {expected.what, expected.word, std::move(actual), held};
}

void check(const Analysis& analysis, VariantAnalysis& variant, const std::vector<Expectation>& all) {
  for (const auto& expected : all) {
    variant.expectations.push_back(expected.kind == Expectation::Kind::cost
                                       ? check_bounds(variant, expected.what, expected.bounds)
                                       : check_word(expected, actual_of(analysis, variant, expected)));
  }
  // Of a sweep's values nothing is expected: it asks what comes of them.
  if (variant.expectations.empty() && !analysis.scenario.sweep) {
    const std::string actual = to_string(variant.verdict);
    variant.expectations.push_back({"verdict", "stable", actual, actual == "stable"});
  }
}

bool cut_short(const VariantAnalysis& variant) {
  return variant.outcome == Outcome::interrupted || variant.outcome == Outcome::unfinished;
}

ExitCode exit_code_of(const Analysis& analysis) {
  const auto any = [&](auto predicate) {
    return std::any_of(analysis.variants.begin(), analysis.variants.end(), predicate);
  };
  if (any(cut_short) || std::any_of(analysis.controls.begin(), analysis.controls.end(),
                                    [](const auto& control) { return cut_short(control.run); })) {
    return ExitCode::interrupted;
  }
  if (any([](const auto& v) { return v.outcome != Outcome::completed; }) || analysis.variants.empty())
    return ExitCode::failed;
  if (any(rig_spoiled)) return ExitCode::failed;
  // What a rig says that does not find what is known to be there is worth nothing.
  if (!analysis.controls_held()) return ExitCode::failed;
  bool undecided = false;
  for (const auto& variant : analysis.variants) {
    for (const auto& expectation : variant.expectations) {
      if (expectation.held) continue;
      if (!expectation.is_undecided()) return ExitCode::expectation_failed;
      undecided = true;
    }
  }
  return undecided ? ExitCode::inconclusive : ExitCode::ok;
}

}  // namespace

bool ExpectationResult::is_undecided() const {
  const auto* word = std::get_if<std::string>(&actual);
  return word != nullptr && *word == to_string(MetricVerdict::inconclusive);
}

void judge(Analysis& analysis) {
  for (auto& variant : analysis.variants) {
    variant.verdict = overall(variant);
    const auto* stated = analysis.scenario.variant(variant.name);
    check(analysis, variant, stated == nullptr ? std::vector<Expectation>{} : stated->expect);
  }
  conclude(analysis);
}

void require_evidence(Analysis& analysis) {
  for (auto& variant : analysis.variants) {
    std::vector<Finding> findings;
    find_missing_evidence(variant, findings);
    find_never_reached(variant, findings);
    std::vector<MissingEvidence> missing;
    for (const auto& finding : findings) {
      if (const auto each = missing_evidence(finding)) missing.push_back(*each);
    }
    if (!missing.empty()) variant.expectations.push_back({"evidence", "complete", std::move(missing), false});
  }
  conclude(analysis);
}

void conclude(Analysis& analysis) {
  for (auto& variant : analysis.variants) {
    variant.passed = variant.outcome == Outcome::completed &&
                     std::all_of(variant.expectations.begin(), variant.expectations.end(),
                                 [](const auto& e) { return e.held; });
  }
  analysis.exit_code = exit_code_of(analysis);
  analysis.passed = analysis.exit_code == ExitCode::ok;
}

}  // namespace leakrig
