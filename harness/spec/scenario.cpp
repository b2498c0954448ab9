#include "harness/spec/scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "harness/core/error.h"
#include "harness/core/units.h"
#include "harness/spec/built_in.h"
#include "harness/spec/controls.h"
#include "harness/spec/matrix.h"
#include "harness/spec/rules.h"
#include "harness/spec/schema.h"

namespace leakrig {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::uintmax_t kLargestFile = 4 << 20;

[[noreturn]] void fail(const std::string& source, const std::string& pointer, const std::string& message) {
  throw UsageError(fmt::format("{}: {}: {}", source, pointer.empty() ? "/" : pointer, message));
}

/// nlohmann/json keeps the last of two equal keys without a word; a scenario must not lose one that way.
ordered_json parse_text(const std::string& text, const std::string& source) {
  std::vector<std::set<std::string>> keys;
  std::string duplicate;
  const auto watch = [&](int, ordered_json::parse_event_t event, ordered_json& parsed) {
    if (event == ordered_json::parse_event_t::object_start) keys.emplace_back();
    if (event == ordered_json::parse_event_t::object_end) keys.pop_back();
    if (event == ordered_json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second &&
        duplicate.empty()) {
      duplicate = parsed.get<std::string>();
    }
    return true;
  };
  ordered_json document;
  try {
    document = ordered_json::parse(text, watch, true, true);
  } catch (const ordered_json::parse_error& e) {
    const auto at = std::min<std::size_t>(e.byte == 0 ? 0 : e.byte - 1, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const auto line_start = text.rfind('\n', at == 0 ? 0 : at - 1);
    const auto column = at - (line_start == std::string::npos ? 0 : line_start + 1) + 1;
    std::string reason = e.what();
    if (const auto colon = reason.find("syntax error"); colon != std::string::npos)
      reason = reason.substr(colon);
    throw UsageError(
        fmt::format("{}:{}:{}: not JSON (comments are allowed): {}", source, line, column, reason));
  }
  if (!duplicate.empty())
    throw UsageError(fmt::format("{}: the key \"{}\" stands twice in one object", source, duplicate));
  return document;
}

/// RFC 7396, except that `null` (which would delete a key) is as much a change as any other.
json patched(const json& document, const json& patch) {
  json result = document;
  result.merge_patch(patch);
  return result;
}

void check_expectations(const Scenario& scenario) {
  if (!scenario.document.contains("expect")) return;
  std::vector<std::string> names;
  for (const auto& variant : scenario.variants) names.push_back(variant.name);
  for (const auto& [variant, expectations] : scenario.document.at("expect").items()) {
    if (std::find(names.begin(), names.end(), variant) == names.end()) {
      const auto near = nearest_word(variant, names);
      fail(scenario.source, "/expect/" + variant,
           fmt::format("no such variant{}; there are: {}",
                       near ? fmt::format(", did you mean \"{}\"?", *near) : "", fmt::join(names, ", ")));
    }
    if (expectations.contains("versus_baseline") && variant == scenario.baseline) {
      fail(scenario.source, "/expect/" + variant + "/versus_baseline", "this variant is the baseline itself");
    }
  }
}

void apply_overrides(ordered_json& document, const ScenarioOverrides& overrides, const std::string& source) {
  const auto set = [&](const std::string& pointer, const json& value) {
    try {
      document[ordered_json::json_pointer{pointer}] = value;
    } catch (const ordered_json::exception& e) {
      fail(source, pointer, fmt::format("--set cannot reach this place: {}", e.what()));
    }
  };
  for (const auto& [pointer, value] : overrides.set) set(pointer, value);
  if (overrides.replicates) set("/replicates", *overrides.replicates);
  if (overrides.controls) set("/controls", true);
  if (!overrides.time_scale) return;
  set("/sampling/time_scale", *overrides.time_scale);
  if (!document.contains("variants") || !document["variants"].is_object()) return;
  for (const auto& [name, patch] : document["variants"].items()) {
    if (patch.is_object() && patch.contains("sampling") && patch["sampling"].is_object())
      patch["sampling"].erase("time_scale");
  }
}

/// With --variant: these only, and nothing expected of the others.
void keep_only(Scenario& scenario, const std::vector<std::string>& wanted) {
  std::vector<std::string> names;
  for (const auto& variant : scenario.variants) names.push_back(variant.name);
  for (const auto& name : wanted) {
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      fail(scenario.source, "/variants",
           fmt::format("no variant \"{}\"; there are: {}", name, fmt::join(names, ", ")));
    }
  }
  const auto dropped = [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) == wanted.end();
  };
  std::erase_if(scenario.variants, [&](const Variant& variant) { return dropped(variant.name); });
  // The resolved scenario in the run directory says what was run, and can itself be run again.
  for (const auto& name : names) {
    if (!dropped(name)) continue;
    scenario.document["variants"].erase(name);
    if (scenario.document.contains("expect")) scenario.document["expect"].erase(name);
  }
  if (dropped(scenario.baseline)) {
    scenario.baseline.clear();
    scenario.document.erase("baseline");
    if (scenario.document.contains("expect")) {
      for (auto& expectations : scenario.document["expect"]) expectations.erase("versus_baseline");
    }
  }
}

}  // namespace

Scenario parse_scenario(const std::string& text, const std::string& source,
                        const ScenarioOverrides& overrides) {
  ordered_json ordered = parse_text(text, source);
  apply_overrides(ordered, overrides, source);

  Scenario scenario;
  scenario.source = source;
  if (auto problem = find_problem(json(ordered))) fail(source, problem->pointer, problem->message);
  if (auto problem = expand_matrix(ordered)) fail(source, problem->pointer, problem->message);
  scenario.document = json(ordered);

  scenario.name = scenario.document.at("name").get<std::string>();
  scenario.title = scenario.document.value("title", scenario.name);
  scenario.replicates = scenario.document.value("replicates", 1);
  scenario.jobs = scenario.document.value("jobs", 1U);
  if (!ordered.contains("variants")) {
    scenario.variants.push_back(
        {"default", json::object(), scenario.document, sampling_of(scenario.document)});
  } else {
    for (const auto& [name, ordered_patch] : ordered.at("variants").items()) {
      const json patch(ordered_patch);
      const std::string at = "/variants/" + name;
      if (name.empty() || name.size() > 64 || name.find_first_of(" \t\n/\\") != std::string::npos) {
        fail(source, at, "a variant's name is 1 to 64 characters without spaces or slashes");
      }
      for (const char* fixed : {"name", "title", "variants", "matrix", "isolate", "baseline", "expect",
                                "replicates", "controls", "jobs", "$schema"}) {
        if (patch.contains(fixed)) fail(source, at + "/" + fixed, "a variant cannot change this");
      }
      const json document = patched(scenario.document, patch);
      if (auto problem = find_problem(document)) fail(source, at + problem->pointer, problem->message);
      scenario.variants.push_back({name, patch, document, sampling_of(document)});
    }
  }
  scenario.baseline = scenario.document.value("baseline", scenario.variants.front().name);
  if (std::none_of(scenario.variants.begin(), scenario.variants.end(),
                   [&](const Variant& v) { return v.name == scenario.baseline; })) {
    fail(source, "/baseline", fmt::format("no variant \"{}\"", scenario.baseline));
  }
  std::vector<std::string> names;
  for (const auto& variant : scenario.variants) names.push_back(variant.name);
  if (auto problem = expand_expectations(scenario.document, names))
    fail(source, problem->pointer, problem->message);
  check_expectations(scenario);
  if (!overrides.only_variants.empty()) keep_only(scenario, overrides.only_variants);
  if (scenario.document.value("controls", false)) scenario.controls = control_variants(scenario);
  return scenario;
}

Scenario load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides) {
  if (const auto text = built_in_text(file))
    return parse_scenario(std::string{*text}, file.string(), overrides);
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec)) {
    throw UsageError(
        fmt::format("{}: no such scenario file ('leakrig list' shows the shipped ones)", file.string()));
  }
  if (std::filesystem::file_size(file, ec) > kLargestFile) {
    throw UsageError(fmt::format("{}: larger than {} bytes", file.string(), kLargestFile));
  }
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw UsageError(fmt::format("{}: cannot be read", file.string()));
  return parse_scenario(text.str(), file.string(), overrides);
}

std::pair<std::string, json> parse_set_option(const std::string& option) {
  const auto equals = option.find('=');
  if (equals == std::string::npos || option.empty() || option.front() != '/') {
    throw UsageError(
        fmt::format("--set {}: expected /json/pointer=value, e.g. --set /fleet/containers=20", option));
  }
  const std::string text = option.substr(equals + 1);
  json value = json::parse(text, nullptr, false);
  return {option.substr(0, equals), value.is_discarded() ? json(text) : value};
}

}  // namespace leakrig
