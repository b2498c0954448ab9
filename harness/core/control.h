#pragma once

#include <string_view>

namespace leakrig {

/// Names of the controls that `run --controls` runs besides a scenario's variants. No variant of a scenario
/// can have such a name: theirs have no spaces.
namespace control {
inline constexpr std::string_view kPrefix = "control: ";
inline constexpr const char* kSameAgain = "control: same again";
inline constexpr const char* kPlantedLeak = "control: planted leak";
inline bool is_control(std::string_view variant) {
  return variant.substr(0, kPrefix.size()) == kPrefix;
}
}  // namespace control

}  // namespace leakrig
