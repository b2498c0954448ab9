#include "harness/spec/document/variants.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/spec/document/expectations.h"
#include "harness/spec/document/json_fields.h"
#include "harness/spec/document/parts.h"
#include "harness/spec/document/rules.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

std::string parent_of(const std::string& pointer) {
  return pointer.substr(0, pointer.rfind('/'));
}

void erase_at(json& document, const std::string& pointer) {
  json& parent = document.at(Pointer{parent_of(pointer)});
  const Pointer whole{pointer};
  if (parent.is_object()) {
    parent.erase(whole.back());
  } else if (parent.is_array()) {
    parent.erase(std::stoul(whole.back()));
  }
}

/// Where the value of a variant at `pointer` is written: in the patch that sets it, the last of several.
std::string written_at(const json& document, const std::vector<std::string>& places,
                       const std::string& pointer) {
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    if (document.contains(Pointer{*place + pointer})) return *place + pointer;
  }
  return places.front() + pointer;
}

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::vector<OptionChange> changes_of(const json& document, const json& patch) {
  std::vector<OptionChange> changes;
  const json leaves = patch.flatten();
  for (const auto& [pointer, value] : leaves.items()) {
    if (pointer.empty()) continue;  // an empty patch
    const Pointer place{pointer};
    changes.push_back(
        {pointer, document.contains(place) ? text_of(document.at(place)) : "not set", text_of(value)});
  }
  return changes;
}

Variant typed_variant(const json& document, const std::string& name, const json& patch) {
  Variant variant;
  static_cast<Setup&>(variant) = setup_of(patched(document, patch));
  variant.name = name;
  variant.patch = patch.dump();
  variant.changes = changes_of(document, patch);
  variant.expect = expectations_of(document, name);
  return variant;
}

}  // namespace

std::optional<json> without_refused(const json& document, const Problems& refused) {
  if (!document.is_object()) return std::nullopt;
  json rest = document;
  if (!rest.contains("name")) rest["name"] = "unnamed";
  // Later elements of an array first, so that the others keep their places.
  for (auto problem = refused.rbegin(); problem != refused.rend(); ++problem) {
    if (problem->pointer.empty() || !rest.contains(Pointer{problem->pointer})) continue;
    erase_at(rest, problem->pointer);
  }
  return check_schema(rest).empty() ? std::optional{rest} : std::nullopt;
}

Problems check_all(const json& document) {
  Problems problems = check_schema(document);
  if (problems.empty()) return check_rules(document);
  const auto rest = without_refused(document, problems);
  if (!rest) return problems;
  Problems of_rules = check_rules(*rest);
  std::erase_if(of_rules, [&](const ScenarioProblem& rule) {
    return std::any_of(problems.begin(), problems.end(), [&](const ScenarioProblem& refused) {
      return refused.pointer.starts_with(rule.pointer) ||
             parent_of(refused.pointer) == parent_of(rule.pointer);
    });
  });
  problems.insert(problems.end(), of_rules.begin(), of_rules.end());
  return problems;
}

void check_variants(LocatedDocument& document, const VariantNames& variants) {
  const Problems of_scenario = document.problems;
  const auto is_of_scenario = [&](const ScenarioProblem& problem) {
    return std::any_of(of_scenario.begin(), of_scenario.end(), [&](const ScenarioProblem& other) {
      return other.pointer == problem.pointer && other.message == problem.message;
    });
  };
  const auto wrong = [&](const std::string& pointer, const char* message) {
    document.add({{pointer, message, true}});
  };
  for (const auto& name : variants.names) {
    const auto& places = variants.written_at.at(name);
    if (name.empty() || name.size() > 64 || name.find_first_of(" \t\n/\\") != std::string::npos)
      wrong(places.front(), "a variant's name is 1 to 64 characters without spaces or slashes");
    const json& patch = document.json.at("variants").at(name);
    for (const char* fixed :
         {"name", "title", "description", "variants", "matrix", "sweep", "isolate", "reference", "baseline",
          "expect", "replicates", "controls", "jobs", "$schema"}) {
      if (patch.contains(fixed))
        wrong(written_at(document.json, places, std::string{"/"} + fixed), "a variant cannot change this");
    }
    for (auto& problem : check_all(patched(document.json, patch))) {
      if (is_of_scenario(problem)) continue;
      problem.pointer = written_at(document.json, places, problem.pointer);
      document.add({problem});
    }
  }
}

ScenarioSpec typed_scenario(const json& document, const std::vector<std::string>& variants) {
  ScenarioSpec scenario;
  static_cast<Setup&>(scenario) = setup_of(document);
  scenario.name = document.value("name", "");
  scenario.title = document.value("title", scenario.name);
  JsonReader reader(document);
  reader.field("description", scenario.description);
  reader.field("replicates", scenario.replicates);
  reader.field("jobs", scenario.jobs);
  reader.field("controls", scenario.wants_controls);
  const json patches = document.value("variants", json::object());
  if (variants.empty()) scenario.variants.push_back(typed_variant(document, "default", json::object()));
  for (const auto& name : variants)
    scenario.variants.push_back(typed_variant(document, name, patches.at(name)));
  scenario.states_reference = document.contains("reference");
  scenario.reference = document.value("reference", scenario.variants.front().name);
  scenario.matrix_axes = document.value(Pointer{"/matrix/order"}, scenario.matrix_axes);
  if (document.contains("sweep")) {
    SweepRequest& sweep = scenario.sweep.emplace();
    sweep.pointer = document.at("sweep").value("pointer", "");
    for (const auto& value : document.at("sweep").value("values", json::array()))
      sweep.values.push_back(value.dump());
  }
  const json toggles = document.value(Pointer{"/isolate/toggles"}, json::object());
  for (const auto& [name, patch] : toggles.items()) scenario.toggles.push_back({name, patch.dump()});
  scenario.document = document.dump();
  return scenario;
}

const Variant* ScenarioSpec::variant(const std::string& variant_name) const {
  const auto found = std::find_if(variants.begin(), variants.end(),
                                  [&](const Variant& each) { return each.name == variant_name; });
  return found == variants.end() ? nullptr : &*found;
}

}  // namespace leakrig
