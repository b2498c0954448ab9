#include "harness/analysis/environment.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<const char*, std::string Environment::*>, 5> kTexts{{
    {"host", &Environment::host},
    {"kernel", &Environment::kernel},
    {"leakrig", &Environment::leakrig},
    {"compiler", &Environment::compiler},
    {"date", &Environment::date},
}};

std::vector<Machine> machines_of(const json& recorded) {
  std::vector<Machine> machines;
  const auto listed = recorded.find("machines");
  if (listed == recorded.end() || !listed->is_array()) return machines;
  for (const auto& one : *listed) {
    if (!one.is_object()) continue;
    Machine machine{{}, environment_of(one.value("environment", json::object()))};
    for (const auto& shard : one.value("shards", json::array())) {
      if (shard.is_number_unsigned()) machine.shards.push_back(shard.get<unsigned>());
    }
    machines.push_back(std::move(machine));
  }
  return machines;
}

}  // namespace

Environment environment_of(const json& recorded) {
  Environment environment;
  if (!recorded.is_object()) return environment;
  for (const auto& [key, member] : kTexts) {
    const auto found = recorded.find(key);
    if (found != recorded.end() && found->is_string()) environment.*member = found->get<std::string>();
  }
  const auto cpus = recorded.find("cpus");
  if (cpus != recorded.end() && cpus->is_number_unsigned()) environment.cpus = cpus->get<unsigned>();
  environment.machines = machines_of(recorded);
  return environment;
}

json to_json(const Environment& environment) {
  json out = json::object();
  for (const auto& [key, member] : kTexts) {
    if (!(environment.*member).empty()) out[key] = environment.*member;
  }
  if (environment.cpus > 0) out["cpus"] = environment.cpus;
  for (const auto& machine : environment.machines)
    out["machines"].push_back({{"environment", to_json(machine.where)}, {"shards", machine.shards}});
  return out;
}

}  // namespace leakrig
