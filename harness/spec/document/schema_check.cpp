#include "harness/spec/document/schema_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

#include "harness/core/bounded_json.h"
#include "harness/core/units.h"
#include "harness/spec/document/words.h"
#include "harness/spec/schema.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// Follows a local "$ref".
const json& resolved(const json& schema) {
  const auto ref = schema.find("$ref");
  if (ref == schema.end()) return schema;
  return schema_document().at(json::json_pointer{ref->get<std::string>().substr(1)});
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : object.items()) keys.push_back(key);
  return keys;
}

/// The schema of a key's value; null for a key that is not known.
const json* schema_of_key(const json& schema, const std::string& key) {
  if (schema.contains("properties") && schema.at("properties").contains(key))
    return &schema.at("properties").at(key);
  if (schema.contains("additionalProperties") && schema.at("additionalProperties").is_object())
    return &schema.at("additionalProperties");
  return nullptr;
}

/// Of one document; whoever has more begins with these.
constexpr std::size_t kMostProblems = 100;
/// Longer keys are near to none that is known.
constexpr std::size_t kLongestHinted = 100;

/// The standard library matches a pattern by recursion, a level a character.
constexpr std::size_t kLongestMatched = 2000;

bool is_duration(const json& schema) {
  const json& definitions = schema_document().at("definitions");
  return &schema == &definitions.at("duration") || &schema == &definitions.at("duration_above_zero");
}

/// What is looked for here and not by the validator: keys that the schema does not know, because the message
/// has to name the nearest known key, and texts that a pattern cannot judge.
class Walk {
 public:
  explicit Walk(Problems& problems) : problems_(problems) {}

  void visit(const json& value, const json& schema_or_ref, const std::string& pointer) {
    if (problems_.size() >= kMostProblems) return;
    const json& schema = resolved(schema_or_ref);
    if (value.is_string()) visit_text(value.get_ref<const std::string&>(), schema, pointer);
    if (value.is_object()) visit_object(value, schema, pointer);
    if (value.is_array() && schema.contains("items")) {
      for (std::size_t i = 0; i < value.size(); ++i)
        visit(value[i], schema.at("items"), fmt::format("{}/{}", pointer, i));
    }
  }
  /// Whether a text is too long for the validator to be asked.
  bool found_overlong() const { return found_overlong_; }

 private:
  void visit_text(const std::string& text, const json& schema, const std::string& pointer) {
    if (schema.contains("pattern") && text.size() > kLongestMatched) {
      found_overlong_ = true;
      problems_.push_back({pointer, fmt::format("longer than {} characters", kLongestMatched)});
    } else if (is_duration(schema) && !parse_duration(text) &&
               text.find_first_not_of("0123456789.nsumh") == std::string::npos && text.size() > 5 &&
               text.front() <= '9' && text.back() > '9') {
      problems_.push_back(
          {pointer, fmt::format("expected a duration of at most 10,000 hours, got \"{}\"", text)});
    }
  }

  void visit_object(const json& value, const json& schema, const std::string& pointer) {
    const bool is_closed =
        schema.contains("properties") && schema.value("additionalProperties", json(true)) == json(false);
    for (const auto& [key, child] : value.items()) {
      if (problems_.size() >= kMostProblems) return;
      const std::string at = pointer + "/" + pointer_token(key);
      if (const json* known = schema_of_key(schema, key)) {
        visit(child, *known, at);
      } else if (is_closed) {
        const auto keys = keys_of(schema.at("properties"));
        const std::string near = key.size() > kLongestHinted ? std::string{} : hint(key, keys);
        problems_.push_back(
            {at,
             fmt::format("unknown key{} allowed here: {}", near.empty() ? ";" : near, fmt::join(keys, ", ")),
             true});
      }
    }
  }

  Problems& problems_;
  bool found_overlong_ = false;
};

std::string number_text(const json& number) {
  return number.dump();
}

/// What a schema node allows, in words.
std::string allowed_by(const json& schema) {
  if (schema.contains("enum")) {
    std::vector<std::string> values;
    for (const auto& value : schema.at("enum")) values.push_back(value.dump());
    return fmt::format("one of {}", fmt::join(values, ", "));
  }
  if (schema.contains("type") && schema.at("type").is_array())
    return schema.value("description", "another value");
  const std::string type = schema.value("type", "value");
  if (type == "integer" || type == "number") {
    const std::string noun = type == "integer" ? "an integer" : "a number";
    if (schema.contains("minimum") && schema.contains("maximum")) {
      return fmt::format("{} from {} to {}", noun, number_text(schema.at("minimum")),
                         number_text(schema.at("maximum")));
    }
    if (schema.contains("exclusiveMinimum") && schema.contains("maximum")) {
      return fmt::format("{} above {} and at most {}", noun, number_text(schema.at("exclusiveMinimum")),
                         number_text(schema.at("maximum")));
    }
    return noun;
  }
  if (type == "boolean") return "true or false";
  if (type == "string") {
    if (schema.contains("pattern") && schema.contains("description"))
      return schema.at("description").get<std::string>();
    if (schema.contains("pattern"))
      return fmt::format("a string that matches {}", schema.at("pattern").get<std::string>());
    return fmt::format("a string of {} to {} characters", schema.value("minLength", 0),
                       schema.value("maxLength", 65536));
  }
  if (type == "array") {
    if (schema.value("maxItems", 1) == 0) return "an empty array";
    return fmt::format("an array of {} to {} items", schema.value("minItems", 0),
                       schema.value("maxItems", 65536));
  }
  if (type == "object") {
    if (schema.contains("required")) {
      std::vector<std::string> names;
      for (const auto& name : schema.at("required")) names.push_back(name.dump());
      return fmt::format("an object with {}", fmt::join(names, " and "));
    }
    if (schema.contains("minProperties") || schema.contains("maxProperties")) {
      return fmt::format("an object of {} to {} keys", schema.value("minProperties", 0),
                         schema.value("maxProperties", 65536));
    }
    return "an object";
  }
  return "another value";
}

std::string shown(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  constexpr std::size_t kLongest = 60;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return text;
}

/// valijson's context ("<root>", "[fleet]", "[containers]") as pointer, value and schema node.
struct Place {
  std::string pointer;
  const json* value;
  const json* schema;
};

Place place_of(const std::vector<std::string>& context, const json& document) {
  Place place{"", &document, &schema_document()};
  for (std::size_t i = 1; i < context.size(); ++i) {
    const std::string key = context[i].substr(1, context[i].size() - 2);
    const json& schema = resolved(*place.schema);
    if (place.value->is_object()) {
      const json* of_key = schema_of_key(schema, key);
      if (of_key == nullptr || !place.value->contains(key)) break;
      place.schema = of_key;
      place.value = &place.value->at(key);
    } else if (place.value->is_array() && schema.contains("items")) {
      place.schema = &schema.at("items");
      place.value = &place.value->at(std::stoul(key));
    } else {
      break;
    }
    place.pointer += "/" + pointer_token(key);
  }
  place.schema = &resolved(*place.schema);
  return place;
}

/// The keys that a place must have and has not: ["name"].
std::vector<std::string> missing_at(const Place& place) {
  std::vector<std::string> missing;
  if (!place.value->is_object() || !place.schema->contains("required")) return missing;
  for (const auto& name : place.schema->at("required")) {
    if (!place.value->contains(name.get<std::string>())) missing.push_back(name.dump());
  }
  return missing;
}

ScenarioProblem problem_at(const Place& place) {
  const std::string allowed = allowed_by(*place.schema);
  if (const auto missing = missing_at(place); !missing.empty())
    return {place.pointer, fmt::format("{} is missing; expected {}", fmt::join(missing, ", "), allowed)};
  return {place.pointer, fmt::format("expected {}, got {}", allowed, shown(*place.value))};
}

/// valijson's schema. Made once: a scenario has up to a thousand variants, each validated.
const valijson::Schema& compiled_schema() {
  static const auto schema = [] {
    auto made = std::make_unique<valijson::Schema>();
    valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{schema_document()},
                                            *made);
    return made;
  }();
  return *schema;
}

}  // namespace

const json& schema_document() {
  static const json document = json::parse(scenario_schema_text());
  return document;
}

Problems check_schema(const json& document) {
  if (!document.is_object()) return {{"", "expected an object, got " + shown(document)}};
  Problems problems;
  Walk walk(problems);
  walk.visit(document, schema_document(), "");
  // The validator would list each of them again, with all that is around it.
  if (problems.size() >= kMostProblems) problems.push_back({"", "there are more problems; these are the first"});
  if (walk.found_overlong() || problems.size() >= kMostProblems) return problems;

  valijson::Validator validator{valijson::Validator::kStrongTypes};
  valijson::ValidationResults results;
  if (validator.validate(compiled_schema(), valijson::adapters::NlohmannJsonAdapter{document}, &results))
    return problems;
  for (const auto& result : results) {
    if (problems.size() >= kMostProblems) break;
    // The outer ones repeat that something within is wrong; unknown keys are found above.
    if (result.description.starts_with("Failed to validate") ||
        result.description.starts_with("Object contains a property"))
      continue;
    ScenarioProblem problem = problem_at(place_of(result.context, document));
    const bool known = std::any_of(problems.begin(), problems.end(), [&](const ScenarioProblem& other) {
      return other.pointer == problem.pointer && other.message == problem.message;
    });
    if (!known) problems.push_back(std::move(problem));
  }
  if (problems.empty()) problems.push_back({"", "does not follow the schema"});
  return problems;
}

Problems check_schema_part(const json& part, const char* pointer) {
  json document{{"name", "part"}, {"subject", json::object()}};
  document[json::json_pointer{pointer}] = part;
  Problems problems = check_schema(document);
  const std::string prefix{pointer};
  std::erase_if(problems, [&](const ScenarioProblem& p) { return !p.pointer.starts_with(prefix); });
  for (auto& problem : problems) problem.pointer.erase(0, prefix.size());
  return problems;
}

}  // namespace leakrig
