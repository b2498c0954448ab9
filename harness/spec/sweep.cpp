#include "harness/spec/sweep.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The patch of the variant that others are compared with.
ordered_json reference_patch(const ordered_json& document) {
  const auto variants = document.find("variants");
  if (variants == document.end() || !variants->is_object() || variants->empty()) return ordered_json::object();
  for (const char* key : {"reference", "baseline"}) {
    const auto named = document.find(key);
    if (named != document.end() && named->is_string() && variants->contains(named->get<std::string>()))
      return variants->at(named->get<std::string>());
  }
  return variants->front();
}

}  // namespace

SweepRequest parse_sweep_option(const std::string& option) {
  const auto fail = [&](const char* what) {
    throw UsageError(fmt::format("--sweep {}: {}, e.g. --sweep /fleet/containers=1,2,4,8,16", option, what));
  };
  const auto equals = option.find('=');
  if (equals == std::string::npos || equals < 2 || option.front() != '/')
    fail("expected /json/pointer=value,value");
  SweepRequest sweep{option.substr(0, equals), {}};
  try {
    (void)json::json_pointer{sweep.pointer};
  } catch (const json::exception&) {
    fail("not a JSON pointer");
  }
  std::string rest = option.substr(equals + 1);
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const std::string text = rest.substr(0, comma);
    if (text.empty()) fail("a value is empty");
    json value = json::parse(text, nullptr, false);
    if (value.is_discarded()) value = text;
    if (std::find(sweep.values.begin(), sweep.values.end(), value) != sweep.values.end()) fail("a value stands twice");
    sweep.values.push_back(std::move(value));
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
  }
  if (sweep.values.size() < 2) fail("a sweep has two values or more");
  return sweep;
}

void expand_sweep(ordered_json& document, const SweepRequest& sweep) {
  const ordered_json base = reference_patch(document);
  const std::string name = sweep.pointer.substr(sweep.pointer.rfind('/') + 1);
  ordered_json variants = ordered_json::object();
  for (const auto& value : sweep.values) {
    ordered_json patch = base;
    try {
      patch[ordered_json::json_pointer{sweep.pointer}] = value;
    } catch (const ordered_json::exception& e) {
      throw UsageError(fmt::format("--sweep {}: cannot reach this place: {}", sweep.pointer, e.what()));
    }
    variants[name + "=" + text_of(value)] = std::move(patch);
  }
  for (const char* key : {"matrix", "expect", "isolate", "baseline", "reference"}) document.erase(key);
  document["variants"] = std::move(variants);
  document["sweep"] = {{"pointer", sweep.pointer}, {"values", sweep.values}};
}

}  // namespace leakrig
