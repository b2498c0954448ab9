#include "harness/spec/matrix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "harness/spec/patch.h"

namespace leakrig {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr std::size_t kLongestName = 64;

/// Axis and value, in the order of the axes.
using Combination = std::vector<std::pair<std::string, std::string>>;

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

std::string hint(const std::string& word, const std::vector<std::string>& known) {
  const auto near = nearest_word(word, known);
  return fmt::format("{}; there are: {}", near ? fmt::format(", did you mean \"{}\"?", *near) : "",
                     fmt::join(known, ", "));
}

/// "axis -> value" entries that name what is not there.
std::optional<SchemaProblem> check_entry(const ordered_json& axes, const ordered_json& entry,
                                         const std::string& pointer) {
  for (const auto& [axis, value] : entry.items()) {
    if (!axes.contains(axis))
      return SchemaProblem{pointer + "/" + axis, "no such axis" + hint(axis, keys_of(axes))};
    const auto wanted = value.get<std::string>();
    if (!axes.at(axis).contains(wanted)) {
      return SchemaProblem{pointer + "/" + axis,
                           fmt::format("no value \"{}\"{}", wanted, hint(wanted, keys_of(axes.at(axis))))};
    }
  }
  return std::nullopt;
}

std::vector<Combination> cross(const ordered_json& axes) {
  std::vector<Combination> combinations{{}};
  for (const auto& [axis, values] : axes.items()) {
    std::vector<Combination> longer;
    for (const auto& combination : combinations) {
      for (const auto& value : keys_of(values)) {
        longer.push_back(combination);
        longer.back().emplace_back(axis, value);
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

bool matches(const Combination& combination, const ordered_json& entry) {
  return std::all_of(entry.items().begin(), entry.items().end(), [&](const auto& item) {
    return std::find(combination.begin(), combination.end(),
                     std::pair{item.key(), item.value().template get<std::string>()}) != combination.end();
  });
}

std::string name_of(const Combination& combination) {
  std::string name;
  for (const auto& [axis, value] : combination) name += (name.empty() ? "" : ".") + value;
  return name;
}

/// A value named by two axes could not be told apart in a variant's name.
std::optional<SchemaProblem> check_values(const ordered_json& axes) {
  std::size_t combinations = 1;
  for (const auto& [axis, values] : axes.items()) {
    combinations *= values.size();
    if (combinations > kMostVariants) {
      return SchemaProblem{"/matrix/axes", fmt::format("makes more than {} variants", kMostVariants)};
    }
    for (const auto& value : keys_of(values)) {
      if (value.empty() || value.find_first_of(" \t\n/\\.*?") != std::string::npos) {
        return SchemaProblem{
            fmt::format("/matrix/axes/{}/{}", axis, value),
            "a value's name becomes a part of variants' names: 1 or more characters without spaces, "
            "slashes, dots, '*' and '?'"};
      }
    }
  }
  return std::nullopt;
}

std::optional<SchemaProblem> add_variant(ordered_json& variants, const std::string& name,
                                         const ordered_json& patch, const std::string& pointer) {
  if (name.size() > kLongestName) {
    return SchemaProblem{
        pointer, fmt::format("makes the variant name \"{}\", which is longer than {}", name, kLongestName)};
  }
  if (variants.contains(name))
    return SchemaProblem{pointer, fmt::format("makes a variant \"{}\", and there is one of that name", name)};
  variants[name] = patch;
  return std::nullopt;
}

}  // namespace

std::optional<SchemaProblem> expand_matrix(ordered_json& document) {
  if (!document.contains("matrix") || document["matrix"].value("expanded", false)) return std::nullopt;
  ordered_json& matrix = document["matrix"];
  const ordered_json axes = matrix.at("axes");
  if (auto problem = check_values(axes)) return problem;
  const ordered_json excluded = matrix.value("exclude", ordered_json::array());
  for (std::size_t i = 0; i < excluded.size(); ++i) {
    if (auto problem = check_entry(axes, excluded[i], fmt::format("/matrix/exclude/{}", i))) return problem;
  }

  ordered_json variants = document.value("variants", ordered_json::object());
  std::size_t made = 0;
  for (const auto& combination : cross(axes)) {
    if (std::any_of(excluded.begin(), excluded.end(),
                    [&](const ordered_json& entry) { return matches(combination, entry); })) {
      continue;
    }
    ordered_json patch = ordered_json::object();
    for (const auto& [axis, value] : combination) compose_patches(patch, axes.at(axis).at(value));
    if (auto problem = add_variant(variants, name_of(combination), patch, "/matrix/axes")) return problem;
    ++made;
  }
  const ordered_json included = matrix.value("include", ordered_json::array());
  for (std::size_t i = 0; i < included.size(); ++i) {
    const std::string pointer = fmt::format("/matrix/include/{}", i);
    const ordered_json of = included[i].value("of", ordered_json::object());
    if (auto problem = check_entry(axes, of, pointer + "/of")) return problem;
    ordered_json patch = ordered_json::object();
    for (const auto& [axis, values] : axes.items()) {
      if (of.contains(axis)) compose_patches(patch, values.at(of.at(axis).get<std::string>()));
    }
    compose_patches(patch, included[i].value("patch", ordered_json::object()));
    if (auto problem = add_variant(variants, included[i].at("name").get<std::string>(), patch, pointer))
      return problem;
    ++made;
  }
  if (made == 0) return SchemaProblem{"/matrix/exclude", "leaves no combination"};
  if (variants.size() > kMostVariants)
    return SchemaProblem{"/matrix", fmt::format("makes more than {} variants", kMostVariants)};
  document["variants"] = std::move(variants);
  matrix["order"] = keys_of(axes);
  matrix["expanded"] = true;
  return std::nullopt;
}

std::optional<SchemaProblem> expand_expectations(json& document, const std::vector<std::string>& variants) {
  if (!document.contains("expect")) return std::nullopt;
  const json written = document.at("expect");
  json expanded = json::object();
  for (const auto& [key, expectations] : written.items()) {
    if (key.find_first_of("*?") == std::string::npos) continue;
    bool matched = false;
    for (const auto& variant : variants) {
      if (::fnmatch(key.c_str(), variant.c_str(), FNM_NOESCAPE) != 0) continue;
      matched = true;
      for (const auto& [what, value] : expectations.items()) {
        auto& place = expanded[variant][what];
        if (!place.is_null() && place != value) {
          return SchemaProblem{
              "/expect/" + key + "/" + what,
              fmt::format("another pattern expects something else of variant \"{}\"", variant)};
        }
        place = value;
      }
    }
    if (!matched) {
      return SchemaProblem{"/expect/" + key,
                           fmt::format("matches no variant; there are: {}", fmt::join(variants, ", "))};
    }
  }
  for (const auto& [key, expectations] : written.items()) {
    if (key.find_first_of("*?") != std::string::npos) continue;
    for (const auto& [what, value] : expectations.items()) expanded[key][what] = value;
    if (expectations.empty()) expanded.emplace(key, json::object());
  }
  document["expect"] = std::move(expanded);
  return std::nullopt;
}

}  // namespace leakrig
