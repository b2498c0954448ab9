#include "harness/spec/document/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/spec/document/patch.h"
#include "harness/spec/document/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestName = 64;

/// Axis and value, in the order of the axes.
using Combination = std::vector<std::pair<std::string, std::string>>;

struct Axis {
  std::string name;
  std::vector<std::string> values;
};

std::string value_place(const std::string& axis, const std::string& value) {
  return fmt::format("/matrix/axes/{}/{}", pointer_token(axis), pointer_token(value));
}

std::vector<Combination> cross(const std::vector<Axis>& axes) {
  std::vector<Combination> combinations{{}};
  for (const auto& axis : axes) {
    std::vector<Combination> longer;
    for (const auto& combination : combinations) {
      for (const auto& value : axis.values) {
        longer.push_back(combination);
        longer.back().emplace_back(axis.name, value);
      }
    }
    combinations = std::move(longer);
  }
  return combinations;
}

bool matches(const Combination& combination, const json& entry) {
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

class MatrixExpansion {
 public:
  explicit MatrixExpansion(LocatedDocument& document)
      : document_(document), matrix_(document.json["matrix"]) {
    for (const auto& name : document.keys_at("/matrix/axes"))
      axes_.push_back({name, document.keys_at("/matrix/axes/" + pointer_token(name))});
  }

  void expand(VariantNames& variants) {
    if (!check_values()) return;
    const json excluded = matrix_.value("exclude", json::array());
    for (std::size_t i = 0; i < excluded.size(); ++i)
      check_entry(excluded[i], fmt::format("/matrix/exclude/{}", i));
    std::size_t made = 0;
    for (const auto& combination : cross(axes_)) {
      if (std::any_of(excluded.begin(), excluded.end(),
                      [&](const json& entry) { return matches(combination, entry); }))
        continue;
      add_combination(combination, variants);
      ++made;
    }
    const json included = matrix_.value("include", json::array());
    for (std::size_t i = 0; i < included.size(); ++i)
      add_included(included[i], fmt::format("/matrix/include/{}", i), variants);
    if (made + included.size() == 0) wrong("/matrix/exclude", "leaves no combination");
    if (variants.names.size() > kMostVariants) too_many();
    json order = json::array();
    for (const auto& axis : axes_) order.push_back(axis.name);
    matrix_["order"] = std::move(order);
    matrix_["expanded"] = true;
  }

 private:
  void wrong(const std::string& pointer, const std::string& message, bool at_key = false) {
    document_.problems.push_back({pointer, message, at_key});
  }
  void too_many() { wrong("/matrix", fmt::format("makes more than {} variants", kMostVariants)); }

  /// A value named by two axes could not be told apart in a variant's name.
  bool check_values() {
    std::size_t combinations = 1;
    bool good = true;
    for (const auto& axis : axes_) {
      combinations *= axis.values.size();
      if (combinations > kMostVariants) return too_many(), false;
      for (const auto& value : axis.values) {
        if (!value.empty() && value.find_first_of(" \t\n/\\.*?") == std::string::npos) continue;
        wrong(value_place(axis.name, value),
              "a value's name becomes a part of variants' names: 1 or more characters without spaces, "
              "slashes, dots, '*' and '?'",
              true);
        good = false;
      }
    }
    return good;
  }

  /// "axis -> value" entries that name what is not there.
  bool check_entry(const json& entry, const std::string& pointer) {
    bool good = true;
    for (const auto& [name, value] : entry.items()) {
      const auto axis =
          std::find_if(axes_.begin(), axes_.end(), [&](const Axis& each) { return each.name == name; });
      const std::string at = pointer + "/" + pointer_token(name);
      if (axis == axes_.end()) {
        std::vector<std::string> names;
        for (const auto& each : axes_) names.push_back(each.name);
        wrong(at, "no such axis" + hint_with_list(name, names), true);
        good = false;
        continue;
      }
      const auto wanted = value.get<std::string>();
      if (std::find(axis->values.begin(), axis->values.end(), wanted) != axis->values.end()) continue;
      wrong(at, fmt::format("no value \"{}\"{}", wanted, hint_with_list(wanted, axis->values)));
      good = false;
    }
    return good;
  }

  void add_combination(const Combination& combination, VariantNames& variants) {
    json patch = json::object();
    std::vector<std::string> places;
    for (const auto& [axis, value] : combination) {
      compose_patches(patch, matrix_.at("axes").at(axis).at(value));
      places.push_back(value_place(axis, value));
    }
    add(name_of(combination), patch, std::move(places), "/matrix/axes", variants);
  }

  void add_included(const json& included, const std::string& pointer, VariantNames& variants) {
    const json of = included.value("of", json::object());
    if (!check_entry(of, pointer + "/of")) return;
    json patch = json::object();
    std::vector<std::string> places;
    for (const auto& axis : axes_) {
      if (!of.contains(axis.name)) continue;
      const auto value = of.at(axis.name).get<std::string>();
      compose_patches(patch, matrix_.at("axes").at(axis.name).at(value));
      places.push_back(value_place(axis.name, value));
    }
    compose_patches(patch, included.value("patch", json::object()));
    places.push_back(pointer + "/patch");
    add(included.at("name").get<std::string>(), patch, std::move(places), pointer, variants);
  }

  void add(const std::string& name, const json& patch, std::vector<std::string> places,
           const std::string& pointer, VariantNames& variants) {
    if (name.size() > kLongestName)
      return wrong(pointer,
                   fmt::format("makes the variant name \"{}\", which is longer than {}", name, kLongestName));
    json& all = document_.json["variants"];
    if (all.contains(name))
      return wrong(pointer, fmt::format("makes a variant \"{}\", and there is one of that name", name));
    all[name] = patch;
    variants.names.push_back(name);
    variants.written_at[name] = std::move(places);
  }

  LocatedDocument& document_;
  json& matrix_;
  std::vector<Axis> axes_;
};

}  // namespace

VariantNames expand_matrix(LocatedDocument& document) {
  VariantNames variants;
  if (document.json.contains("variants")) {
    variants.names = document.keys_at("/variants");
    for (const auto& name : variants.names) variants.written_at[name] = {"/variants/" + pointer_token(name)};
  }
  if (document.json.contains("matrix") && !document.json["matrix"].value("expanded", false))
    MatrixExpansion(document).expand(variants);
  return variants;
}

}  // namespace leakrig
