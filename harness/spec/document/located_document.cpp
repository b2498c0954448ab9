#include "harness/spec/document/located_document.h"

#include <fmt/format.h>

#include <algorithm>

namespace leakrig {
namespace {

using nlohmann::json;

constexpr JsonBounds kScenarioBounds{4U << 20U, 100, true};

/// The place of a pointer, or of the nearest object around it that is in the file.
const JsonOffsets* nearest_place(const JsonPlaces& places, std::string pointer) {
  while (true) {
    if (const auto found = places.find(pointer); found != places.end()) return &found->second;
    if (pointer.empty()) return nullptr;
    pointer.erase(pointer.rfind('/'));
  }
}

/// With everything below it.
void rename_place(JsonPlaces& places, const std::string& from, const std::string& to) {
  JsonPlaces renamed;
  for (const auto& [pointer, place] : places) {
    if (pointer == from || pointer.starts_with(from + "/"))
      renamed.emplace(to + pointer.substr(from.size()), place);
  }
  places.merge(renamed);
}

struct OldKey {
  const char* old_name;
  const char* name;
};

void rename_in(json& object, const std::string& pointer, const OldKey& key, JsonPlaces& places,
               std::vector<std::string>& notes, Problems& problems) {
  if (!object.is_object() || !object.contains(key.old_name)) return;
  const std::string from = fmt::format("{}/{}", pointer, key.old_name);
  if (object.contains(key.name)) {
    problems.push_back({from, fmt::format("is the old name of \"{}\", which is there too", key.name), true});
  } else {
    object[key.name] = object[key.old_name];
    rename_place(places, from, fmt::format("{}/{}", pointer, key.name));
    notes.push_back(fmt::format("{}: \"{}\" is called \"{}\" now; the old name is accepted in this version",
                                from, key.old_name, key.name));
  }
  object.erase(key.old_name);
}

void apply_overrides(LocatedDocument& document, const ScenarioOverrides& overrides) {
  const auto set = [&](const std::string& pointer, const json& value) {
    try {
      document.json[json::json_pointer{pointer}] = value;
      // What is said on the command line stands nowhere in the file.
      std::erase_if(document.places, [&](const auto& place) {
        return place.first == pointer || place.first.starts_with(pointer + "/");
      });
    } catch (const json::exception& e) {
      document.problems.push_back({pointer, fmt::format("--set cannot reach this place: {}", e.what())});
    }
  };
  for (const auto& [pointer, text] : overrides.set) {
    try {
      const json value = parse_json(text);
      set(pointer, value);
    } catch (const JsonError& e) {
      document.problems.push_back({pointer, fmt::format("--set: {}", e.what())});
    }
  }
  if (overrides.replicates) set("/replicates", *overrides.replicates);
  if (overrides.reference) set("/reference", *overrides.reference);
  if (overrides.controls) set("/controls", true);
  if (!overrides.time_scale) return;
  set("/sampling/time_scale", *overrides.time_scale);
  if (!document.json.contains("variants") || !document.json["variants"].is_object()) return;
  for (auto& patch : document.json["variants"]) {
    if (patch.is_object() && patch.contains("sampling") && patch["sampling"].is_object())
      patch["sampling"].erase("time_scale");
  }
}

}  // namespace

void LocatedDocument::add(Problems more) {
  for (auto& problem : more) {
    const bool known = std::any_of(problems.begin(), problems.end(), [&](const ScenarioProblem& other) {
      return other.pointer == problem.pointer && other.message == problem.message;
    });
    if (!known) problems.push_back(std::move(problem));
  }
}

std::vector<std::string> LocatedDocument::keys_at(const std::string& pointer) const {
  std::vector<std::pair<std::size_t, std::string>> keys;
  for (const auto& [key, value] : json.at(nlohmann::json::json_pointer{pointer}).items()) {
    const auto place = places.find(pointer + "/" + pointer_token(key));
    keys.emplace_back(place == places.end() ? text.size() : place->second.key, key);
  }
  std::stable_sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (auto& [offset, name] : keys) names.push_back(std::move(name));
  return names;
}

void LocatedDocument::require_valid() {
  if (problems.empty()) return;
  for (auto& problem : problems) {
    const JsonOffsets* near = nearest_place(places, problem.pointer);
    if (near == nullptr) continue;
    const TextPlace place = place_in(text, problem.at_key ? near->key : near->value);
    problem.line = place.line;
    problem.column = place.column;
  }
  std::stable_sort(problems.begin(), problems.end(), [](const ScenarioProblem& a, const ScenarioProblem& b) {
    return std::pair{a.line, a.column} < std::pair{b.line, b.column};
  });
  throw ScenarioError(source, problems);
}

void rename_old_keys(json& document, JsonPlaces& places, std::vector<std::string>& notes,
                     Problems& problems) {
  rename_in(document, "", {"baseline", "reference"}, places, notes, problems);
  if (!document.is_object() || !document.contains("expect") || !document["expect"].is_object()) return;
  for (auto& [variant, expected] : document["expect"].items()) {
    rename_in(expected, "/expect/" + pointer_token(variant), {"versus_baseline", "versus_reference"}, places,
              notes, problems);
  }
}

json patched(json document, const json& patch) {
  document.merge_patch(patch);
  return document;
}

LocatedDocument read_document(const std::string& text, const std::string& source,
                              const ScenarioOverrides& overrides) {
  LocatedDocument document;
  document.source = source;
  document.text = text;
  try {
    document.json = parse_json(text, kScenarioBounds, document.places);
  } catch (const JsonError& e) {
    throw ScenarioError(source, {{"", fmt::format("not JSON (comments are allowed): {}", e.reason()), false,
                                  e.place().line, e.place().column}});
  }
  rename_old_keys(document.json, document.places, document.notes, document.problems);
  apply_overrides(document, overrides);
  // An override may be by an old name, too.
  std::vector<std::string> of_overrides;
  rename_old_keys(document.json, document.places, of_overrides, document.problems);
  document.notes.insert(document.notes.end(), of_overrides.begin(), of_overrides.end());
  return document;
}

}  // namespace leakrig
