#include "harness/spec/schema.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#include <vector>

namespace leakrig {
namespace {

using nlohmann::json;

const json& schema_document() {
  static const json document = json::parse(scenario_schema_text());
  return document;
}

/// Follows a local "$ref".
const json& resolved(const json& schema) {
  const auto ref = schema.find("$ref");
  if (ref == schema.end()) return schema;
  return schema_document().at(json::json_pointer{ref->get<std::string>().substr(1)});
}

std::string escaped(std::string token) {
  for (std::size_t at = 0; (at = token.find_first_of("~/", at)) != std::string::npos; at += 2) {
    token.replace(at, 1, token[at] == '~' ? "~0" : "~1");
  }
  return token;
}

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, unused] : object.items()) keys.push_back(key);
  return keys;
}

/// Looks for keys that the schema does not know, outermost first. Done here, not by the validator, because
/// the message has to name the nearest known key.
std::optional<SchemaProblem> find_unknown_key(const json& value, const json& schema_or_ref,
                                              const std::string& pointer) {
  const json& schema = resolved(schema_or_ref);
  if (!value.is_object() || !schema.contains("properties")) return std::nullopt;
  const json& known = schema.at("properties");
  const json additional = schema.value("additionalProperties", json(true));
  for (const auto& [key, unused] : value.items()) {
    if (known.contains(key) || additional != json(false)) continue;
    const auto keys = keys_of(known);
    const auto near = nearest_word(key, keys);
    return SchemaProblem{
        pointer + "/" + escaped(key),
        fmt::format("unknown key{}; allowed here: {}",
                    near ? fmt::format(", did you mean \"{}\"?", *near) : "", fmt::join(keys, ", "))};
  }
  for (const auto& [key, child] : value.items()) {
    if (!known.contains(key)) continue;
    if (auto problem = find_unknown_key(child, known.at(key), pointer + "/" + escaped(key))) return problem;
  }
  return std::nullopt;
}

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
  const std::string type = schema.value("type", "value");
  if (type == "integer" || type == "number") {
    const std::string noun = type == "integer" ? "an integer" : "a number";
    if (schema.contains("minimum") && schema.contains("maximum")) {
      return fmt::format("{} from {} to {}", noun, number_text(schema.at("minimum")),
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
      if (!place.value->contains(key)) break;
      if (schema.contains("properties") && schema.at("properties").contains(key)) {
        place.schema = &schema.at("properties").at(key);
      } else if (schema.contains("additionalProperties") && schema.at("additionalProperties").is_object()) {
        place.schema = &schema.at("additionalProperties");
      } else {
        break;
      }
      place.value = &place.value->at(key);
    } else if (place.value->is_array() && schema.contains("items")) {
      place.schema = &schema.at("items");
      place.value = &place.value->at(std::stoul(key));
    } else {
      break;
    }
    place.pointer += "/" + escaped(key);
  }
  place.schema = &resolved(*place.schema);
  return place;
}

}  // namespace

std::optional<std::string> nearest_word(const std::string& word, const json& candidates) {
  std::optional<std::string> best;
  std::size_t smallest = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const auto& candidate : candidates) {
    const auto text = candidate.get<std::string>();
    if (const auto distance = edit_distance(word, text); distance < smallest) {
      smallest = distance;
      best = text;
    }
  }
  return best;
}

std::optional<SchemaProblem> find_schema_problem(const json& document) {
  if (!document.is_object()) return SchemaProblem{"", "expected an object, got " + shown(document)};
  if (auto unknown = find_unknown_key(document, schema_document(), "")) return unknown;

  valijson::Schema schema;
  valijson::SchemaParser parser;
  parser.populateSchema(valijson::adapters::NlohmannJsonAdapter{schema_document()}, schema);
  valijson::Validator validator{valijson::Validator::kStrongTypes};
  valijson::ValidationResults results;
  if (validator.validate(schema, valijson::adapters::NlohmannJsonAdapter{document}, &results))
    return std::nullopt;

  // The deepest complaint is the cause; the outer ones repeat it.
  const auto deepest = std::max_element(results.begin(), results.end(), [](const auto& a, const auto& b) {
    return a.context.size() < b.context.size();
  });
  const Place place = place_of(deepest->context, document);
  return SchemaProblem{place.pointer,
                       fmt::format("expected {}, got {}", allowed_by(*place.schema), shown(*place.value))};
}

}  // namespace leakrig
