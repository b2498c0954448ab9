#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/core/bounded_json.h"
#include "harness/spec/docker_endpoints.h"
#include "harness/spec/document/fault_kinds.h"
#include "harness/spec/document/parts.h"
#include "harness/spec/document/rules.h"
#include "harness/spec/document/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kKeysOfEveryFault{"kind",        "endpoint", "container",
                                                            "probability", "from",     "to"};

bool has_key(const auto& list, std::string_view key) {
  return std::find(list.begin(), list.end(), key) != list.end();
}

/// Keys that do not go with the kind of fault, and such as are missing.
void check_keys(const json& fault, const FaultKindRow& row, const std::string& pointer, Problems& problems) {
  for (const auto& [key, value] : fault.items()) {
    const bool of_requests = key == "endpoint" || key == "container" || key == "probability";
    if (row.kind == FaultKind::restart && of_requests) {
      problems.push_back({pointer + "/" + key, "does not go with a restart, which is the daemon's", true});
    } else if (!has_key(kKeysOfEveryFault, key) && !has_key(row.required, key) &&
               !has_key(row.optional, key)) {
      problems.push_back({pointer + "/" + pointer_token(key),
                          fmt::format("does not go with a fault of kind \"{}\"", row.name), true});
    }
  }
  for (const auto key : row.required) {
    if (!fault.contains(key))
      problems.push_back({pointer, fmt::format("a fault of kind \"{}\" needs \"{}\"", row.name, key)});
  }
}

void check_endpoint(const FaultConfig& fault, const std::string& pointer, Problems& problems) {
  std::vector<std::string> names;
  for (const auto endpoint : docker_endpoints()) {
    names.emplace_back(endpoint);
    if (::fnmatch(fault.endpoint.c_str(), names.back().c_str(), 0) == 0) return;
  }
  problems.push_back({pointer + "/endpoint", "matches no endpoint" + hint_with_list(fault.endpoint, names)});
}

}  // namespace

Problems check_faults(const json& list, const std::string& pointer) {
  Problems problems;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string at = fmt::format("{}/{}", pointer, i);
    const FaultConfig fault = fault_of(list[i], at);
    const auto& row = *std::find_if(fault_kinds().begin(), fault_kinds().end(),
                                    [&](const FaultKindRow& each) { return each.kind == fault.kind; });
    check_keys(list[i], row, at, problems);
    check_endpoint(fault, at, problems);
    if (fault.to && *fault.to <= fault.from.value_or(Nanos{0}))
      problems.push_back({at + "/to", "must be later than \"from\""});
    if (list[i].contains("every") && fault.every < std::chrono::milliseconds{1})
      problems.push_back({at + "/every", "must be 1ms or more"});
    if (fault.kind == FaultKind::restart && fault.every > Nanos{0} && fault.down_for >= fault.every)
      problems.push_back({at + "/down_for", "must be shorter than \"every\""});
  }
  return problems;
}

}  // namespace leakrig
