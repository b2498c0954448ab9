#include "harness/spec/document/sweep_expansion.h"

#include <fmt/format.h>

namespace leakrig {
namespace {

using nlohmann::json;

std::string name_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The patch of the variant that others are compared with.
json reference_patch(const LocatedDocument& document) {
  const auto variants = document.json.find("variants");
  if (variants == document.json.end() || !variants->is_object() || variants->empty()) return json::object();
  const auto named = document.json.find("reference");
  if (named != document.json.end() && named->is_string() && variants->contains(named->get<std::string>()))
    return variants->at(named->get<std::string>());
  return variants->at(document.keys_at("/variants").front());
}

}  // namespace

void expand_sweep(LocatedDocument& document, const SweepRequest& sweep) {
  const json base = reference_patch(document);
  const std::string name = sweep.pointer.substr(sweep.pointer.rfind('/') + 1);
  json variants = json::object();
  json values = json::array();
  std::string first;
  std::erase_if(document.places, [](const auto& place) { return place.first.starts_with("/variants/"); });
  for (const auto& text : sweep.values) {
    const json value = json::parse(text);
    json patch = base;
    try {
      patch[json::json_pointer{sweep.pointer}] = value;
    } catch (const json::exception& e) {
      document.problems.push_back({sweep.pointer, fmt::format("--sweep cannot reach this place: {}", e.what())});
      return;
    }
    const std::string variant = name + "=" + name_of(value);
    if (first.empty()) first = variant;
    // In the order of the option: the variants stand nowhere in the file.
    document.places["/variants/" + pointer_token(variant)] = {values.size(), values.size()};
    variants[variant] = std::move(patch);
    values.push_back(value);
  }
  for (const char* key : {"matrix", "expect", "isolate"}) document.json.erase(key);
  document.json["reference"] = first;
  document.json["variants"] = std::move(variants);
  document.json["sweep"] = {{"pointer", sweep.pointer}, {"values", std::move(values)}};
}

}  // namespace leakrig
