#include "harness/analysis/expectations.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/findings.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr const char* kInert = "inert";
constexpr const char* kIdentical = "identical";

constexpr const char* kVersusReference = "versus_reference";

/// An expectation's name as it is today: records of older versions say "versus_baseline".
std::string current_name(const std::string& key) {
  return key == "versus_baseline" ? kVersusReference : key;
}

/// A leak in one of the judged metrics is a leak of the program. Where nothing is judged, nothing is known.
MetricVerdict overall(const VariantAnalysis& variant) {
  const auto* lead = variant.lead();
  return lead == nullptr || !lead->judged ? MetricVerdict::inconclusive : lead->verdict;
}

std::string actual_of(const Analysis& analysis, const VariantAnalysis& variant, const std::string& what) {
  if (what == kVersusReference) {
    const auto* comparison = analysis.main_comparison(variant.name);
    return comparison == nullptr ? "not compared" : std::string{to_string(comparison->difference.verdict)};
  }
  if (what == "lines_lost" || what == "lines_duplicated") {
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

ExpectationResult check_bounds(const VariantAnalysis& variant, const std::string& what, const json& bounds) {
  ExpectationResult result{what, "", "not measured", true};
  const auto actual = number_of(variant, what);
  if (actual) result.actual = fmt::format("{:.4g}", *actual);
  const auto add = [&](const char* key, const char* words, auto holds) {
    if (!bounds.contains(key)) return;
    const auto bound = bounds.at(key).get<double>();
    result.expected += fmt::format("{}{} {:g}", result.expected.empty() ? "" : ", ", words, bound);
    result.held = result.held && actual && holds(*actual, bound);
  };
  add("at_least", "at least", [](double value, double bound) { return value >= bound; });
  add("at_most", "at most", [](double value, double bound) { return value <= bound; });
  return result;
}

void check(const Analysis& analysis, VariantAnalysis& variant, const json& expected) {
  for (const auto& [key, value] : expected.items()) {
    const std::string what = current_name(key);
    if (value.is_object()) {
      variant.expectations.push_back(check_bounds(variant, what, value));
      continue;
    }
    ExpectationResult result{what, value.get<std::string>(), actual_of(analysis, variant, what), false};
    // Who expects "identical" need not know that it is more than that.
    const auto* wire = analysis.wire(variant.name);
    if (what == kVersusReference && result.expected == kInert && result.actual == kIdentical && wire != nullptr &&
        wire->inert)
      result.actual = kInert;
    result.held = result.actual == result.expected;
    variant.expectations.push_back(std::move(result));
  }
  // Of a sweep's values nothing is expected: it asks what comes of them.
  if (variant.expectations.empty() && !analysis.scenario.contains("sweep")) {
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
  const json expect = analysis.scenario.value("expect", json::object());
  for (auto& variant : analysis.variants) {
    variant.verdict = overall(variant);
    check(analysis, variant, expect.value(variant.name, json::object()));
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
