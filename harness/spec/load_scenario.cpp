#include "harness/spec/load_scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "harness/spec/built_in.h"
#include "harness/spec/controls.h"
#include "harness/spec/document/expectations.h"
#include "harness/spec/document/matrix.h"
#include "harness/spec/document/patch.h"
#include "harness/spec/document/rules.h"
#include "harness/spec/document/sweep_expansion.h"
#include "harness/spec/document/variants.h"
#include "harness/spec/document/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kLargestFile = 4 << 20;

std::vector<std::string> names_of(const std::vector<Variant>& variants) {
  std::vector<std::string> names;
  for (const auto& variant : variants) names.push_back(variant.name);
  return names;
}

/// What cannot be looked at before the variants are known.
void check_names(LocatedDocument& document, const std::vector<std::string>& variants) {
  if (document.json.contains("reference")) {
    const auto reference = document.json.at("reference").get<std::string>();
    if (std::find(variants.begin(), variants.end(), reference) == variants.end())
      document.problems.push_back(
          {"/reference", fmt::format("no variant \"{}\"{}", reference, hint_with_list(reference, variants))});
  }
  document.add(expand_expectations(document.json, variants));
}

/// Of an older version or of this one, the time scale of a command is in the record; older ones assumed 60.
void state_time_scale(json& document, const std::vector<Variant>& variants, double time_scale) {
  if (document.contains(json::json_pointer{"/sampling/time_scale"})) return;
  if (std::any_of(variants.begin(), variants.end(),
                  [](const Variant& variant) { return variant.subject.collector() != nullptr; }))
    return;
  document["sampling"]["time_scale"] = time_scale;
}

/// With --variant: these only, and nothing expected of the others.
void keep_only(ScenarioSpec& scenario, json& document, const std::vector<std::string>& wanted) {
  const auto names = names_of(scenario.variants);
  for (const auto& name : wanted) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw ScenarioError(
          scenario.source,
          {{"/variants", fmt::format("no variant \"{}\"{}", name, hint_with_list(name, names))}});
  }
  const auto is_dropped = [&](const std::string& name) {
    return std::find(wanted.begin(), wanted.end(), name) == wanted.end();
  };
  std::erase_if(scenario.variants, [&](const Variant& variant) { return is_dropped(variant.name); });
  // The resolved scenario in the run directory says what was run, and can itself be run again.
  for (const auto& name : names) {
    if (!is_dropped(name)) continue;
    document["variants"].erase(name);
    if (document.contains("expect")) document["expect"].erase(name);
  }
  if (!is_dropped(scenario.reference)) return;
  scenario.reference.clear();
  document.erase("reference");
  if (document.contains("expect")) {
    for (auto& expected : document["expect"]) expected.erase("versus_reference");
  }
  for (auto& variant : scenario.variants) {
    std::erase_if(variant.expect,
                  [](const Expectation& e) { return e.kind == Expectation::Kind::versus_reference; });
  }
}

}  // namespace

ScenarioSpec parse_scenario(const std::string& text, const std::string& source,
                            const ScenarioOverrides& overrides) {
  LocatedDocument document = read_document(text, source, overrides);
  if (overrides.sweep) expand_sweep(document, *overrides.sweep);
  const Problems refused = check_schema(document.json);
  document.add(check_all(document.json));
  const auto rest = without_refused(document.json, refused);
  if (!rest) document.require_valid();
  document.json = *rest;
  const VariantNames variants = expand_matrix(document);
  check_variants(document, variants);
  const bool has_variants = !variants.names.empty() || document.json.contains("matrix");
  check_names(document, has_variants ? variants.names : std::vector<std::string>{"default"});
  if (document.json.contains("matrix") && !document.problems.empty()) document.require_valid();
  ScenarioSpec scenario = typed_scenario(document.json, variants.names);
  document.add(check_expectations(scenario));
  document.require_valid();

  scenario.source = source;
  scenario.notes = document.notes;
  state_time_scale(document.json, scenario.variants, scenario.sampling.time_scale);
  if (!overrides.only_variants.empty()) keep_only(scenario, document.json, overrides.only_variants);
  scenario.document = document.json.dump();
  if (scenario.wants_controls) scenario.controls = control_variants(scenario);
  return scenario;
}

ScenarioSpec load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides) {
  if (const auto text = built_in_text(file))
    return parse_scenario(std::string{*text}, file.string(), overrides);
  std::error_code ec;
  if (!std::filesystem::is_regular_file(file, ec)) {
    throw UsageError(
        fmt::format("{}: no such scenario file ('leakrig list' shows the shipped ones)", file.string()));
  }
  if (std::filesystem::file_size(file, ec) > kLargestFile)
    throw UsageError(fmt::format("{}: larger than {} bytes", file.string(), kLargestFile));
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw UsageError(fmt::format("{}: cannot be read", file.string()));
  return parse_scenario(text.str(), file.string(), overrides);
}

std::pair<std::string, std::string> parse_set_option(const std::string& option) {
  const auto equals = option.find('=');
  if (equals == std::string::npos || option.empty() || option.front() != '/') {
    throw UsageError(
        fmt::format("--set {}: expected /json/pointer=value, e.g. --set /fleet/containers=20", option));
  }
  const std::string text = option.substr(equals + 1);
  return {option.substr(0, equals), json::accept(text) ? text : json(text).dump()};
}

ScenarioSpec with_variants(const ScenarioSpec& scenario, const std::vector<NamedPatch>& variants,
                           const std::vector<std::string>& also_judge) {
  LocatedDocument document;
  document.source = scenario.source;
  document.json = json::parse(scenario.document);
  for (const char* key : {"matrix", "controls", "expect", "isolate", "variants"}) document.json.erase(key);
  for (const auto& name : also_judge) document.json["analysis"]["also_judge"].push_back(name);
  std::vector<std::string> names;
  const json base = document.json;
  for (const auto& [name, patch] : variants) {
    names.push_back(name);
    document.json["variants"][name] = json::parse(patch);
    for (auto& problem : check_document(patched(base, document.json["variants"][name]))) {
      problem.pointer = "/variants/" + pointer_token(name) + problem.pointer;
      document.problems.push_back(std::move(problem));
    }
  }
  document.json["reference"] = names.front();
  document.require_valid();
  ScenarioSpec made = typed_scenario(document.json, names);
  made.source = scenario.source;
  return made;
}

std::string composed_patch(const std::string& earlier, const std::string& later) {
  json patch = json::parse(earlier);
  compose_patches(patch, json::parse(later));
  return patch.dump();
}

PatchEffect effect_of_patch(const ScenarioSpec& scenario, const std::string& before,
                            const std::string& after) {
  json document = json::parse(scenario.document);
  for (const char* key : {"variants", "matrix", "expect"}) document.erase(key);
  const json changed = patched(document, json::parse(after));
  if (changed == patched(document, json::parse(before))) return PatchEffect::none;
  return check_document(changed).empty() ? PatchEffect::valid : PatchEffect::invalid;
}

ScenarioSpec read_recorded_scenario(const std::string& text, const std::string& source) {
  try {
    JsonPlaces places;
    std::vector<std::string> notes;
    Problems problems;
    json document = parse_json(text);
    if (!document.is_object()) throw UsageError("expected an object");
    rename_old_keys(document, places, notes, problems);
    std::vector<std::string> variants;
    const json patches = document.value("variants", json::object());
    for (const auto& [name, patch] : patches.items()) variants.push_back(name);
    ScenarioSpec scenario = typed_scenario(document, variants);
    if (const auto* command = scenario.subject.command(); command != nullptr) {
      constexpr double kAssumedByOlderVersions = 60;
      state_time_scale(document, scenario.variants, kAssumedByOlderVersions);
      scenario = typed_scenario(document, variants);
    }
    scenario.source = source;
    return scenario;
  } catch (const JsonError&) {
    throw;
  } catch (const std::exception& e) {
    throw UsageError(fmt::format("{}: not the scenario of a run: {}", source, e.what()));
  }
}

}  // namespace leakrig
