#include "harness/spec/document/expectations.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "harness/core/bounded_json.h"
#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"
#include "harness/spec/document/rules.h"
#include "harness/spec/document/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

bool is_pattern(const std::string& key) {
  return key.find_first_of("*?") != std::string::npos;
}

std::string expect_place(const std::string& key) {
  return "/expect/" + pointer_token(key);
}

/// What is only known where the sink is the rig's own.
bool is_of_delivery(const Expectation& expected) {
  static const std::set<std::string> kCosts{"lines_lost_percent", "latency_p99_ms", "cpu_ms_per_1000_lines"};
  return expected.kind == Expectation::Kind::lines || kCosts.contains(expected.what);
}

Expectation::Kind kind_of(const std::string& what, const json& value) {
  if (value.is_object()) return Expectation::Kind::cost;
  if (what == "versus_reference") return Expectation::Kind::versus_reference;
  if (what == "lines_lost" || what == "lines_duplicated") return Expectation::Kind::lines;
  return Expectation::Kind::metric;
}

void expand_pattern(const std::string& key, const json& expected, const std::vector<std::string>& variants,
                    json& expanded, Problems& problems) {
  bool matched = false;
  for (const auto& variant : variants) {
    if (::fnmatch(key.c_str(), variant.c_str(), FNM_NOESCAPE) != 0) continue;
    matched = true;
    for (const auto& [what, value] : expected.items()) {
      auto& place = expanded[variant][what];
      if (!place.is_null() && place != value) {
        problems.push_back(
            {expect_place(key) + "/" + pointer_token(what),
             fmt::format("another pattern expects something else of variant \"{}\"", variant)});
      }
      place = value;
    }
  }
  if (!matched) {
    problems.push_back({expect_place(key),
                        fmt::format("matches no variant; there are: {}", fmt::join(variants, ", ")), true});
  }
}

}  // namespace

Problems expand_expectations(json& document, const std::vector<std::string>& variants) {
  Problems problems;
  if (!document.contains("expect")) return problems;
  const json written = document.at("expect");
  json expanded = json::object();
  for (const auto& [key, expected] : written.items()) {
    if (is_pattern(key)) expand_pattern(key, expected, variants, expanded, problems);
  }
  for (const auto& [key, expected] : written.items()) {
    if (is_pattern(key)) continue;
    if (std::find(variants.begin(), variants.end(), key) == variants.end())
      problems.push_back({expect_place(key), "no such variant" + hint_with_list(key, variants), true});
    for (const auto& [what, value] : expected.items()) expanded[key][what] = value;
    if (expected.empty()) expanded.emplace(key, json::object());
  }
  document["expect"] = std::move(expanded);
  return problems;
}

std::vector<Expectation> expectations_of(const json& document, const std::string& variant) {
  std::vector<Expectation> all;
  if (!document.contains("expect") || !document.at("expect").contains(variant)) return all;
  for (const auto& [what, value] : document.at("expect").at(variant).items()) {
    Expectation& one = all.emplace_back();
    one.kind = kind_of(what, value);
    one.what = what;
    if (one.kind == Expectation::Kind::cost) {
      read_into(one.bounds, value, expect_place(variant) + "/" + what);
    } else if (value.is_string()) {
      one.word = value.get<std::string>();
    }
  }
  return all;
}

Problems check_expectations(const ScenarioSpec& scenario) {
  Problems problems;
  std::vector<std::string> of_any;
  for (const auto& variant : scenario.variants) {
    const auto known = metrics_of(variant);
    for (const auto& name : known) {
      if (std::find(of_any.begin(), of_any.end(), name) == of_any.end()) of_any.push_back(name);
    }
    for (const auto& expected : variant.expect) {
      const std::string at = expect_place(variant.name) + "/" + pointer_token(expected.what);
      if (expected.kind == Expectation::Kind::versus_reference && variant.name == scenario.reference)
        problems.push_back({at, "this variant is the reference itself", true});
      if (is_of_delivery(expected) && !variant.subject.asks_for_sink()) {
        problems.push_back(
            {at, "is not measured of a subject that does not ask for the log sink, {loki_url} or {sink_url:KIND}", true});
      }
      if (expected.kind == Expectation::Kind::metric &&
          std::find(known.begin(), known.end(), expected.what) == known.end()) {
        problems.push_back({at, "no such metric" + hint_with_list(expected.what, known), true});
      }
    }
  }
  for (std::size_t i = 0; i < scenario.analysis.also_judge.size(); ++i) {
    const auto& name = scenario.analysis.also_judge[i];
    if (std::find(of_any.begin(), of_any.end(), name) == of_any.end()) {
      problems.push_back(
          {fmt::format("/analysis/also_judge/{}", i), "no such metric" + hint_with_list(name, of_any)});
    }
  }
  return problems;
}

}  // namespace leakrig
