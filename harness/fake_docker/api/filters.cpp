#include "harness/fake_docker/api/filters.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

/// A list is matched against each, on the thread that serves everybody.
constexpr std::size_t kMostValues = 512;

/// "name" or "name=value".
bool has_label(const std::map<std::string, std::string>& labels, const std::string& text) {
  const auto equals = text.find('=');
  const auto label = labels.find(text.substr(0, equals));
  return label != labels.end() && (equals == std::string::npos || label->second == text.substr(equals + 1));
}

nlohmann::json read_filters(std::string_view text) {
  try {
    return parse_json(text, {.bytes = 64 * 1024, .depth = 4});
  } catch (const JsonError& error) {
    throw api_error::bad_parameter(std::string{"invalid filter: "} + error.what());
  }
}

}  // namespace

Filters Filters::parse(std::string_view text, std::span<const std::string_view> allowed) {
  Filters filters;
  if (text.empty()) return filters;
  const auto json = read_filters(text);
  if (json.is_null()) return filters;
  if (!json.is_object()) throw api_error::bad_parameter("invalid filter: not a JSON object");
  for (const auto& [key, given] : json.items()) {
    if (std::find(allowed.begin(), allowed.end(), key) == allowed.end()) {
      throw api_error::bad_parameter(fmt::format("invalid filter '{}'", key));
    }
    auto& values = filters.values_[key];
    if (given.is_array()) {
      for (const auto& value : given) {
        if (!value.is_string()) throw api_error::bad_parameter(fmt::format("invalid filter '{}'", key));
        values.insert(value.get<std::string>());
      }
    } else if (given.is_object()) {
      for (const auto& [value, wanted] : given.items()) {
        if (!wanted.is_boolean()) throw api_error::bad_parameter(fmt::format("invalid filter '{}'", key));
        if (wanted.get<bool>()) values.insert(value);
      }
    } else {
      throw api_error::bad_parameter(fmt::format("invalid filter '{}'", key));
    }
    if (values.size() > kMostValues)
      throw api_error::bad_parameter(fmt::format("invalid filter '{}': more than {} values", key, kMostValues));
    if (values.empty()) filters.values_.erase(key);
  }
  return filters;
}

const std::set<std::string>& Filters::values(std::string_view key) const {
  static const std::set<std::string> kNone;
  const auto found = values_.find(key);
  return found == values_.end() ? kNone : found->second;
}

bool Filters::admits(std::string_view key, const std::string& value) const {
  const auto& wanted = values(key);
  return wanted.empty() || wanted.count(value) != 0;
}

bool Filters::admits_labels(const std::map<std::string, std::string>& labels) const {
  const auto& wanted = values("label");
  return std::all_of(wanted.begin(), wanted.end(),
                     [&labels](const std::string& text) { return has_label(labels, text); });
}

bool Filters::rejects_labels(const std::map<std::string, std::string>& labels) const {
  const auto& unwanted = values("label!");
  return std::any_of(unwanted.begin(), unwanted.end(),
                     [&labels](const std::string& text) { return has_label(labels, text); });
}

}  // namespace leakrig
