#include "harness/analysis/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/findings.h"
#include "harness/analysis/standing.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

constexpr const char* kInert = "inert";
constexpr const char* kIdentical = "identical";
/// A leak in one of the judged metrics is a leak of the program. Where nothing is judged, nothing is known.
MetricVerdict overall(const VariantAnalysis& variant) {
  const auto* lead = variant.lead();
  return lead == nullptr || !lead->judged ? MetricVerdict::inconclusive : lead->verdict;
}

std::string actual_of(const Analysis& analysis, const VariantAnalysis& variant, const Expectation& expected) {
  const std::string& what = expected.what;
  if (expected.kind == Expectation::Kind::versus_reference) {
    const auto* comparison = analysis.main_comparison(variant.name);
    return to_string(comparison == nullptr ? Standing::not_compared : standing_of(analysis, *comparison));
  }
  if (expected.kind == Expectation::Kind::lines) {
    if (!variant.costs.delivery) return "not measured";
    const Delivery& delivery = *variant.costs.delivery;
    return (what == "lines_lost" ? delivery.lines_lost : delivery.lines_duplicated) == 0 ? "none" : "some";
  }
  const auto* metric = variant.metric(what);
  return metric == nullptr ? "not measured" : to_string(metric->verdict);
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
  ExpectationResult result{what, "", "not measured", true};
  const auto actual = number_of(variant, what);
  if (actual) result.actual = fmt::format("{:.4g}", *actual);
  const auto add = [&](const std::optional<double>& bound, const char* words, auto holds) {
    if (!bound) return;
    result.expected += fmt::format("{}{} {:g}", result.expected.empty() ? "" : ", ", words, *bound);
    result.held = result.held && actual && holds(*actual, *bound);
  };
  add(bounds.at_least, "at least", [](double value, double bound) { return value >= bound; });
  add(bounds.at_most, "at most", [](double value, double bound) { return value <= bound; });
  return result;
}

void check(const Analysis& analysis, VariantAnalysis& variant, const std::vector<Expectation>& all) {
  for (const auto& expected : all) {
    if (expected.kind == Expectation::Kind::cost) {
      variant.expectations.push_back(check_bounds(variant, expected.what, expected.bounds));
      continue;
    }
    ExpectationResult result{expected.what, expected.word, actual_of(analysis, variant, expected), false};
    if (expected.kind == Expectation::Kind::versus_reference && answers(result.expected, result.actual))
      result.actual = result.expected;
    result.held = result.actual == result.expected;
    variant.expectations.push_back(std::move(result));
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
      if (expectation.actual != "inconclusive") return ExitCode::expectation_failed;
      undecided = true;
    }
  }
  return undecided ? ExitCode::inconclusive : ExitCode::ok;
}

}  // namespace

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
    std::erase_if(findings, [](const Finding& finding) { return !is_missing_evidence(finding); });
    std::string missing;
    for (const auto& finding : findings) missing += (missing.empty() ? "" : ", ") + name_of_missing(finding);
    if (!missing.empty()) variant.expectations.push_back({"evidence", "complete", missing, false});
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
