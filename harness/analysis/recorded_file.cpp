#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/analysis/analysis.h"
#include "harness/analysis/lead.h"
#include "harness/analysis/metrics.h"
#include "harness/analysis/recorded.h"
#include "harness/analysis/recorded_file.h"
#include "harness/analysis/result_schema.h"
#include "harness/core/error.h"
#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/spec/conditions.h"

namespace leakrig {
namespace {

using nlohmann::json;

[[noreturn]] void refuse(const std::string& source, const std::string& why) {
  throw UsageError(fmt::format(
      "{}: not comparable: {}; record it again with 'leakrig baseline accept RESULT'", source, why));
}

std::string text_of(const json& object, const std::string& pointer) {
  const json::json_pointer place{pointer};
  return object.contains(place) ? object.at(place).dump() : "not set";
}

/// Four significant digits, so that a committed file does not change in what is noise.
json rounded(const json& value) {
  if (!value.is_number_float()) return value;
  const double number = value.get<double>();
  if (number == 0 || !std::isfinite(number)) return 0;
  const double scale = std::pow(10.0, 3 - std::floor(std::log10(std::abs(number))));
  return std::round(number * scale) / scale;
}

json kept(const json& object, std::initializer_list<const char*> keys) {
  json out = json::object();
  for (const char* key : keys) {
    if (!object.contains(key)) continue;
    const json& value = object.at(key);
    if (value.is_array()) {
      for (const auto& item : value) out[key].push_back(rounded(item));
    } else {
      out[key] = rounded(value);
    }
  }
  return out;
}

json kept_variant(const json& variant, bool even_if_inconclusive) {
  const std::string name = variant.at("name").get<std::string>();
  if (variant.value("outcome", "") != "completed")
    throw Error(fmt::format("variant {} did not run to its end ({}): that is no baseline", name,
                            variant.value("outcome", "")));
  json out{{"name", name}, {"outcome", "completed"}, {"verdict", variant.value("verdict", "")}};
  const json metrics = variant.value("metrics", json::object());
  for (const auto& [metric, value] : metrics.items()) {
    if (value.value("judged", true) && value.value("verdict", "") == "inconclusive" && !even_if_inconclusive)
      throw Error(fmt::format(
          "{} of variant {} is inconclusive: run longer or with --replicates, or give --even-if-inconclusive",
          metric, name));
    out["metrics"][metric] = kept(value, {"unit", "judged", "tolerance_per_min", "start", "final",
                                          "rate_per_min", "ci", "confidence", "standard_error", "verdict"});
  }
  out["attribution"] = json::array();
  for (const auto& row : variant.value("attribution", json::array())) {
    if (row.value("growth", 0.0) <= 0) continue;
    json group = kept(row, {"kind", "function", "growth", "rate_per_min"});
    group["name"] = lasting_name(row.value("name", ""));
    out["attribution"].push_back(std::move(group));
  }
  const json delivery = variant.value("delivery", json::object());
  out["delivery"] = kept(delivery, {"lines_written", "lines_delivered", "lines_lost", "lines_duplicated",
                                    "connections_per_min", "requests_per_min", "cpu_s_per_1000_lines"});
  if (delivery.contains("latency_ms"))
    out["delivery"]["latency_ms"] = kept(delivery.at("latency_ms"), {"p50", "p99"});
  return out;
}

}  // namespace

json conditions_of(const ScenarioSpec& scenario) {
  json conditions = json::parse(conditions_text(scenario));
  conditions["tolerance_per_min"] = analysis_options(scenario).tolerance_per_min;
  return conditions;
}

void require_comparable(const json& recorded, const ScenarioSpec& scenario, const std::string& source) {
  if (!recorded.is_object() || recorded.value("schema", "") != kResultSchema ||
      !recorded.contains("variants"))
    throw UsageError(fmt::format("{}: not a result of leakrig (schema {} is needed)", source, kResultSchema));
  if (recorded.value("scenario", "") != scenario.name)
    refuse(source, fmt::format("it is of scenario \"{}\", and this is \"{}\"", recorded.value("scenario", ""),
                               scenario.name));
  if (!recorded.contains("conditions"))
    refuse(source, "it does not say under which conditions it was measured");
  const json now = conditions_of(scenario);
  json before = json::parse(canonical_conditions(recorded.at("conditions").dump()));
  before["tolerance_per_min"] = recorded.at("conditions").value("tolerance_per_min", json());
  for (const auto& change : json::diff(before, now)) {
    const std::string place = change.at("path").get<std::string>();
    refuse(source, fmt::format("{} was {} and is {}", place, text_of(before, place), text_of(now, place)));
  }
  for (const auto& variant : recorded.at("variants")) {
    const std::string known = variant.value("name", "");
    if (scenario.variant(known) == nullptr)
      refuse(source, fmt::format("it has a variant \"{}\" that the scenario no longer has", known));
  }
}

json baseline_of(const json& result, bool even_if_inconclusive) {
  if (!result.is_object() || result.value("schema", "") != kResultSchema)
    throw UsageError(fmt::format("not a result of leakrig (schema {} is needed)", kResultSchema));
  for (const auto& control : result.value("controls", json::array())) {
    if (!control.at("control").value("held", false))
      throw Error(fmt::format("{} failed: what this run says cannot be relied on",
                              control.value("name", "a control")));
  }
  json out = kept(
      result, {"schema", "scenario", "title", "time_scale", "tolerance_per_min", "confidence", "reference"});
  out["conditions"] = result.value("conditions", json::object());
  out["environment"] = result.value("environment", json::object());
  out["variants"] = json::array();
  for (const auto& variant : result.at("variants"))
    out["variants"].push_back(kept_variant(variant, even_if_inconclusive));
  return out;
}

Acceptance acceptance_of(const json& before, const json& after, const std::string& file) {
  const auto metrics_of = [](const json& result, const std::string& variant) {
    for (const auto& each : result.value("variants", json::array())) {
      if (each.value("name", "") == variant) return each.value("metrics", json::object());
    }
    return json::object();
  };
  const auto value_of = [](const json& metric) {
    return RecordedValue{metric.value("rate_per_min", 0.0), verdict_named(metric.value("verdict", ""))};
  };
  Acceptance acceptance{file, !before.empty()};
  for (const auto& variant : after.at("variants")) {
    ++acceptance.variants;
    const std::string name = variant.at("name").get<std::string>();
    const json old = metrics_of(before, name);
    const json metrics = variant.value("metrics", json::object());
    for (const auto& [metric, value] : metrics.items()) {
      if (!value.value("judged", true)) continue;
      AcceptedMetric accepted{name, metric, quantity_of_unit(value.value("unit", "")), {}, value_of(value)};
      if (old.contains(metric)) accepted.before = value_of(old.at(metric));
      acceptance.metrics.push_back(std::move(accepted));
    }
  }
  return acceptance;
}

}  // namespace leakrig
