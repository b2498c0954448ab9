#include "harness/analysis/side_by_side.h"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/analysis/compared_wires.h"
#include "harness/analysis/costs.h"
#include "harness/analysis/lead.h"
#include "harness/analysis/recorded_file.h"
#include "harness/analysis/result_schema.h"
#include "harness/core/error.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

std::string text_at(const json& object, const std::string& pointer) {
  const Pointer place{pointer};
  if (!object.contains(place)) return "not said";
  const json& value = object.at(place);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

void require_comparable(const RecordedResult& first, const RecordedResult& other) {
  // What changes a rate by itself. How long was sampled does not.
  for (const char* place : {"/time_scale", "/conditions/fleet", "/tolerance_per_min"}) {
    const auto a = text_at(first.result, place);
    const auto b = text_at(other.result, place);
    if (a == b) continue;
    throw UsageError(
        fmt::format("not comparable: {} is {} in {} and {} in {}", place, a, first.source, b, other.source));
  }
}

/// Judged metrics of a result's variants, in the report's order where there is one.
std::set<std::string> metrics_of(const json& result) {
  std::set<std::string> all;
  bool first = true;
  for (const auto& variant : result.at("variants")) {
    if (!variant.contains("metrics")) continue;
    std::set<std::string> names;
    for (const auto& [name, metric] : variant.at("metrics").items()) names.insert(name);
    if (first) all = names;
    first = false;
    std::erase_if(all, [&](const std::string& name) { return !names.contains(name); });
  }
  return all;
}

/// How bad a metric is in the worst variant that is judged by it; below what is stable where none is.
int worst_of(const std::vector<RecordedResult>& results, const std::string& metric) {
  int worst = -1;
  for (const auto& one : results) {
    for (const auto& variant : one.result.at("variants")) {
      const auto of = variant.value(Pointer{"/metrics/" + metric}, json::object());
      if (!of.empty() && of.value("judged", true))
        worst = std::max(worst, severity_of(verdict_named(of.value("verdict", ""))));
    }
  }
  return worst;
}

std::string choose_metric(const std::vector<RecordedResult>& results, const std::string& asked) {
  std::set<std::string> common = metrics_of(results.front().result);
  for (const auto& one : results) {
    const auto names = metrics_of(one.result);
    if (!asked.empty() && !names.contains(asked)) {
      throw UsageError(fmt::format("not comparable: {} has no metric \"{}\"; it has {}", one.source, asked,
                                   fmt::join(names, ", ")));
    }
    std::erase_if(common, [&](const std::string& name) { return !names.contains(name); });
  }
  if (!asked.empty()) return asked;
  if (common.empty()) throw UsageError("not comparable: no metric was measured in all of them");
  return *std::min_element(common.begin(), common.end(), [&](const auto& a, const auto& b) {
    return std::pair{-worst_of(results, a), metric_info(a).rank} <
           std::pair{-worst_of(results, b), metric_info(b).rank};
  });
}

double number_at(const json& object, const std::string& pointer, double fallback) {
  const Pointer place{pointer};
  return object.contains(place) && object.at(place).is_number() ? object.at(place).get<double>() : fallback;
}

SideBySideRow row_of(const RecordedResult& from, const json& variant, const std::string& metric) {
  SideBySideRow row;
  row.source = from.source;
  row.date = text_at(from.result, "/environment/date");
  row.variant = row.label = variant.at("name").get<std::string>();
  row.completed =
      variant.value("outcome", "") == "completed" && variant.contains(Pointer{"/metrics/" + metric});
  if (row.completed) {
    const json& of = variant.at("metrics").at(metric);
    row.growth = growth_of(of);
    row.verdict = of.value("verdict", "");
    row.peak = number_at(of, "/peak", 0);
    if (of.contains("tolerance_per_min")) row.tolerance_per_min = number_at(of, "/tolerance_per_min", 0);
  } else {
    row.verdict = variant.value("outcome", "not measured");
  }
  row.collects = variant.value("collects", true);
  row.lines_written = number_at(variant, "/delivery/lines_written", -1);
  row.lines_lost = number_at(variant, "/delivery/lines_lost", 0);
  row.lines_duplicated = number_at(variant, "/delivery/lines_duplicated", 0);
  row.latency_p50_ms = number_at(variant, "/delivery/latency_ms/p50", 0);
  row.latency_p99_ms = number_at(variant, "/delivery/latency_ms/p99", 0);
  row.connections_per_min = number_at(variant, "/delivery/connections_per_min", -1);
  row.cpu_s_per_1000_lines = number_at(variant, "/delivery/cpu_s_per_1000_lines", -1);
  return row;
}

Standing standing_of(const SideBySideRow& row, const SideBySideRow& reference) {
  if (row.is_reference) return Standing::identical;
  if (!row.completed) return Standing::not_compared;
  switch (row.difference.verdict) {
    case stats::Comparison::identical:
      return Standing::identical;
    case stats::Comparison::worse:
      return Standing::worse;
    case stats::Comparison::inconclusive:
      return Standing::inconclusive;
    case stats::Comparison::improved:
      break;
  }
  if (!row.collects && reference.collects) return Standing::does_less;
  const bool capped = verdict_named(row.verdict) == MetricVerdict::capped;
  return capped || starves(row.lost_share(), reference.lost_share()) ? Standing::starved : Standing::improved;
}

int place_of(Standing standing) {
  switch (standing) {
    case Standing::worse:
      return 0;
    case Standing::improved:
      return 1;
    case Standing::starved:
      return 2;
    case Standing::does_less:
      return 3;
    case Standing::inconclusive:
      return 4;
    case Standing::identical:
    case Standing::inert:
      return 5;
    case Standing::not_compared:
      break;
  }
  return 6;
}

/// Rows whose variant stands in several results carry their source.
void label(std::vector<SideBySideRow>& rows) {
  std::map<std::string, int> count;
  for (const auto& row : rows) ++count[row.variant];
  for (auto& row : rows) {
    if (count[row.variant] > 1) row.label = fmt::format("{} ({})", row.variant, row.source);
  }
}

std::size_t find_reference(const std::vector<SideBySideRow>& rows, const json& first,
                           const std::string& asked) {
  const std::string wanted =
      asked.empty() ? first.value("reference", first.value("baseline", rows.front().variant)) : asked;
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const SideBySideRow& row) {
    return row.label == wanted || row.variant == wanted;
  });
  if (found == rows.end()) {
    std::vector<std::string> labels;
    for (const auto& row : rows) labels.push_back(row.label);
    throw UsageError(
        fmt::format("no variant \"{}\" to compare with; there are: {}", wanted, fmt::join(labels, ", ")));
  }
  if (!found->completed)
    throw UsageError(fmt::format("\"{}\" was not completed and cannot be compared with", wanted));
  return static_cast<std::size_t>(found - rows.begin());
}

std::vector<std::string> notes_of(const std::vector<RecordedResult>& results) {
  std::vector<std::string> notes;
  for (const char* what : {"host", "kernel", "cpus", "leakrig", "compiler"}) {
    std::set<std::string> values;
    for (const auto& one : results) values.insert(text_at(one.result, fmt::format("/environment/{}", what)));
    if (values.size() > 1)
      notes.push_back(fmt::format("they differ in {}: {}", what, fmt::join(values, "; ")));
  }
  return notes;
}

std::vector<std::string> unseen_notes(const std::vector<RecordedResult>& results) {
  std::vector<std::string> notes;
  for (const auto& one : results) {
    if (one.seen.empty() && results.size() > 1)
      notes.push_back(fmt::format(
          "what the servers saw of {} is not compared: a result.json has no ledger; name its run directory",
          one.source));
  }
  return notes;
}

}  // namespace

const SideBySideRow* SideBySide::lead() const {
  const SideBySideRow* lead = nullptr;
  const auto place = [](const SideBySideRow& row) {
    return std::pair{place_of(row.standing), -std::abs(row.difference.difference_per_min)};
  };
  for (const auto& row : rows) {
    if (!row.is_reference && (lead == nullptr || place(row) < place(*lead))) lead = &row;
  }
  return lead;
}

stats::Growth growth_of(const json& metric) {
  stats::Growth growth;
  growth.rate_per_min = metric.at("rate_per_min").get<double>();
  growth.ci_low = metric.at("ci").at(0).get<double>();
  growth.ci_high = metric.at("ci").at(1).get<double>();
  growth.confidence = metric.value("confidence", growth.confidence);
  growth.standard_error = metric.value("standard_error", 0.0);
  return growth;
}

SideBySide side_by_side(const std::vector<RecordedResult>& results, std::string metric,
                        const std::string& reference) {
  for (const auto& one : results) {
    if (!one.result.is_object() || one.result.value("schema", "") != kResultSchema ||
        !one.result.contains("variants"))
      throw UsageError(
          fmt::format("{}: not a result of leakrig (schema {} is needed)", one.source, kResultSchema));
    require_comparable(results.front(), one);
  }
  SideBySide table;
  table.metric = choose_metric(results, metric);
  table.notes = notes_of(results);
  for (const auto& one : results) {
    for (const auto& variant : one.result.at("variants")) {
      table.rows.push_back(row_of(one, variant, table.metric));
      if (table.rows.back().completed)
        table.unit = variant.at("metrics").at(table.metric).value("unit", table.metric);
    }
  }
  if (table.rows.empty()) throw UsageError("not comparable: there are no variants in them");
  label(table.rows);
  const std::size_t base = find_reference(table.rows, results.front().result, reference);
  table.rows[base].is_reference = true;
  const stats::Growth before = table.rows[base].growth;
  const double tolerance = results.front().result.value("tolerance_per_min", 2.0);
  const SideBySideRow reference_row = table.rows[base];
  for (auto& row : table.rows) {
    row.difference = stats::compare_rates(before, row.growth, row.tolerance_per_min.value_or(tolerance));
    row.standing = standing_of(row, reference_row);
    if (row.is_reference || !row.completed) continue;
    row.seen = wire_against(results, reference_row, row);
    if (row.standing == Standing::identical && row.seen && row.seen->wire.inert) row.standing = Standing::inert;
  }
  for (auto& note : unseen_notes(results)) table.notes.push_back(std::move(note));
  std::stable_sort(table.rows.begin(), table.rows.end(), [](const SideBySideRow& a, const SideBySideRow& b) {
    if (a.is_reference != b.is_reference) return a.is_reference;
    if (a.completed != b.completed) return a.completed;
    return a.growth.rate_per_min < b.growth.rate_per_min;
  });
  return table;
}

}  // namespace leakrig
