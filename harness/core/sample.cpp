#include "harness/core/sample.h"

#include <nlohmann/json.hpp>
#include <string_view>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr std::string_view kRigPrefix = "rig_";

}  // namespace

nlohmann::json to_json(const Sample& sample) {
  nlohmann::json line{{"variant", sample.variant}, {"t_s", sample.t_s}, {"due_s", sample.due_s}};
  if (sample.drain) line["drain"] = true;
  if (sample.missed) line["missed"] = true;
  for (const auto& [name, value] : sample.values) line[name] = value;
  if (!sample.groups.empty()) line["groups"] = sample.groups;
  for (const auto& [name, value] : sample.rig) line[std::string{kRigPrefix} + name] = value;
  return line;
}

Sample sample_from_json(const nlohmann::json& line) {
  Sample sample;
  try {
    sample.variant = line.at("variant").get<std::string>();
    sample.t_s = line.at("t_s").get<double>();
    sample.due_s = line.value("due_s", sample.t_s);
    sample.drain = line.value("drain", false);
    sample.missed = line.value("missed", false);
    if (const auto groups = line.find("groups"); groups != line.end()) groups->get_to(sample.groups);
  } catch (const nlohmann::json::exception& e) {
    throw Error(std::string{"not a sample: "} + e.what());
  }
  for (const auto& [key, value] : line.items()) {
    if (!value.is_number() || key == "t_s" || key == "due_s" || key == "replicate") continue;
    if (std::string_view{key}.starts_with(kRigPrefix)) {
      sample.rig[key.substr(kRigPrefix.size())] = value.get<double>();
    } else {
      sample.values[key] = value.get<double>();
    }
  }
  return sample;
}

}  // namespace leakrig
