#include "harness/spec/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {

using nlohmann::json;

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
    const std::string value = json::accept(text) ? text : json(text).dump();
    if (std::find(sweep.values.begin(), sweep.values.end(), value) != sweep.values.end()) fail("a value stands twice");
    sweep.values.push_back(value);
    rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
  }
  if (sweep.values.size() < 2) fail("a sweep has two values or more");
  return sweep;
}

}  // namespace leakrig
