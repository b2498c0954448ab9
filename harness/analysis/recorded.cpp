#include "harness/analysis/recorded.h"
#include "harness/analysis/lead.h"
#include "harness/analysis/recorded_file.h"
#include "harness/analysis/side_by_side.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

#include "harness/analysis/analysis.h"
#include "harness/analysis/cost_catalogue.h"
#include "harness/analysis/expectations.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Verdict = RecordedDifference::Verdict;

bool is_capped(MetricVerdict verdict) { return verdict == MetricVerdict::capped; }

void compare_metric(const MetricAnalysis& now, const json& before, RecordedDifference& result) {
  const auto difference = stats::compare_rates(growth_of(before), now.growth, now.tolerance_per_min);
  const MetricVerdict verdict = verdict_named(before.at("verdict").get<std::string>());
  result.quantity = quantity_of_unit(now.unit);
  result.before = {before.at("rate_per_min").get<double>(), verdict};
  result.now = {now.growth.rate_per_min, now.verdict};
  result.margin = difference.margin_per_min;
  const bool newly =
      (now.verdict == MetricVerdict::leak || is_capped(now.verdict)) && verdict == MetricVerdict::stable;
  // Growth that stopped because the work did is no improvement on a leak that is on record.
  const bool starves = is_capped(now.verdict) && !is_capped(verdict);
  if (newly || starves || difference.verdict == stats::Comparison::worse) {
    result.verdict = Verdict::worse;
  } else if (difference.verdict == stats::Comparison::improved) {
    result.verdict = Verdict::better;
  } else if (difference.verdict == stats::Comparison::inconclusive && now.verdict != MetricVerdict::stable) {
    // A rate that is stable is below the tolerance, and so no worse than any that was recorded.
    result.verdict = Verdict::undecided;
  }
}

std::string group_key(const std::string& kind, const std::string& name, const std::string& function) {
  return kind + " " + (function.empty() ? lasting_name(name) : function);
}

void compare_groups(const VariantAnalysis& now, const json& before, RecordedComparison& result) {
  std::map<std::string, double> known;
  for (const auto& row : before.value("attribution", json::array())) {
    double& rate = known[group_key(row.at("kind"), row.at("name"), row.value("function", ""))];
    rate = std::max(rate, row.at("rate_per_min").get<double>());
  }
  for (const auto& row : now.attribution) {
    const auto* metric = now.metric(metric_of_group(row.kind));
    if (metric == nullptr || !metric->judged || metric->verdict == MetricVerdict::stable) continue;
    const double tolerance = metric->tolerance_per_min;
    const double surely = row.ci ? (*row.ci)[0] : row.rate_per_min;
    if (surely <= tolerance) continue;
    const std::string key = group_key(row.kind, row.name, row.function);
    const auto found = known.find(key);
    if (found != known.end() && found->second > tolerance) continue;
    RecordedDifference difference{now.name, RecordedDifference::Of::group, key, metric->name};
    difference.before = {found == known.end() ? 0 : found->second, {}, 0, found != known.end()};
    difference.now = {row.rate_per_min};
    difference.margin = tolerance;
    difference.verdict = Verdict::worse;
    result.differences.push_back(std::move(difference));
  }
}

void compare_loss(const Costs& now, const json& before, RecordedDifference& result) {
  const double written = before.value("lines_written", 0.0);
  const double lost = before.value("lines_lost", 0.0);
  const double share = written > 0 ? lost / written : 0;
  const double share_now = lost_share(now);
  /// How much larger the share may be, of itself.
  constexpr double kMoreOfTheShare = 0.1;
  result.before = {lost, {}, written};
  result.now = {static_cast<double>(now.delivery->lines_lost), {},
                static_cast<double>(now.delivery->lines_written)};
  result.margin = lost == 0 ? 0 : kMoreOfTheShare;
  if (lost == 0 ? now.delivery->lines_lost > 0 : share_now > (1 + kMoreOfTheShare) * share) result.verdict = Verdict::worse;
  if (share_now < share / (1 + kMoreOfTheShare)) result.verdict = Verdict::better;
}

void compare_costs(const VariantAnalysis& now, const json& before, bool same_machine,
                   const CostMargins& margins, RecordedComparison& result) {
  for (const auto& cost : cost_catalogue()) {
    if (cost.margin == nullptr || (cost.margin == &CostMargins::cpu_percent && !same_machine)) continue;
    const json::json_pointer place{cost.recorded};
    const auto value = cost.value(now.costs);
    if (!value || !before.contains(place) || !before.at(place).is_number()) continue;
    const double was = before.at(place).get<double>() * cost.scale;
    const double margin = cost_margin(cost, was, margins);
    RecordedDifference difference{now.name, RecordedDifference::Of::cost, cost.key};
    difference.before = {was};
    difference.now = {*value};
    difference.margin = margin;
    if (*value > was + margin) difference.verdict = Verdict::worse;
    if (*value < was - margin) difference.verdict = Verdict::better;
    result.differences.push_back(std::move(difference));
  }
}

/// CPU time of one machine says little of another's.
bool is_same_machine(const Environment& a, const Environment& b) {
  return a.host == b.host && a.cpus == b.cpus && a.compiler == b.compiler;
}

void compare_variant(const VariantAnalysis& now, const json& before, bool same_machine,
                     const CostMargins& margins, RecordedComparison& result) {
  for (const auto& metric : now.metrics) {
    const json known = before.value("metrics", json::object());
    if (!metric.judged || !known.contains(metric.name)) continue;
    RecordedDifference difference;
    difference.variant = now.name;
    difference.what = difference.metric = metric.name;
    compare_metric(metric, known.at(metric.name), difference);
    result.differences.push_back(std::move(difference));
  }
  compare_groups(now, before, result);
  const json delivery = before.value("delivery", json::object());
  if (now.costs.delivery && delivery.contains("lines_written")) {
    RecordedDifference difference;
    difference.variant = now.name;
    difference.of = RecordedDifference::Of::lines_lost;
    compare_loss(now.costs, delivery, difference);
    result.differences.push_back(std::move(difference));
  }
  compare_costs(now, delivery, same_machine, margins, result);
}

int rank(Verdict verdict) {
  switch (verdict) {
    case Verdict::worse:
      return 3;
    case Verdict::undecided:
      return 2;
    case Verdict::same:
      return 1;
    case Verdict::better:
      break;
  }
  return 0;
}

}  // namespace

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::worse:
      return "worse";
    case Verdict::undecided:
      return "inconclusive";
    case Verdict::better:
      return "improved";
    case Verdict::same:
      break;
  }
  return "no worse";
}

Verdict RecordedComparison::verdict(const std::string& variant) const {
  Verdict worst = Verdict::better;
  bool any = false;
  for (const auto& difference : differences) {
    if (difference.variant != variant) continue;
    any = true;
    if (rank(difference.verdict) > rank(worst)) worst = difference.verdict;
  }
  return any ? worst : Verdict::same;
}

std::string lasting_name(const std::string& name) {
  static const std::regex temporary{R"(/tmp/leakrig-[A-Za-z0-9]+)"};
  static const std::regex address{R"(0x[0-9a-fA-F]+)"};
  static const std::regex line{R"((\.[a-z]+):\d+)"};
  std::string lasting = std::regex_replace(name, temporary, "/tmp/leakrig");
  lasting = std::regex_replace(lasting, address, "0x");
  return std::regex_replace(lasting, line, "$1");
}

RecordedComparison compare_with_recorded(const Analysis& analysis, const json& recorded,
                                         const std::string& source, const CostMargins& margins) {
  require_comparable(recorded, analysis.scenario, source);
  RecordedComparison result;
  const Environment environment = environment_of(recorded.value("environment", json::object()));
  result.source = source;
  result.date = environment.date;
  for (const auto& before : recorded.at("variants")) {
    const auto* now = analysis.variant(before.at("name").get<std::string>());
    if (now == nullptr) continue;
    compare_variant(*now, before, is_same_machine(environment, analysis.environment), margins, result);
  }
  return result;
}

void hold_against(Analysis& analysis, RecordedComparison comparison) {
  for (auto& variant : analysis.variants) {
    const bool compared = std::any_of(comparison.differences.begin(), comparison.differences.end(),
                                      [&](const auto& d) { return d.variant == variant.name; });
    if (!compared) continue;
    std::erase_if(variant.expectations, [](const auto& e) { return e.what == "verdict"; });
    const Verdict verdict = comparison.verdict(variant.name);
    variant.expectations.push_back({"recorded_baseline", "no worse",
                                    std::string{verdict == Verdict::better ? "no worse" : to_string(verdict)},
                                    rank(verdict) <= rank(Verdict::same)});
  }
  analysis.against = std::move(comparison);
  conclude(analysis);
}

}  // namespace leakrig
