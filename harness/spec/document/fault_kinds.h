#pragma once

#include <string_view>
#include <vector>

#include "harness/spec/fault_config.h"

namespace leakrig {

/// A kind of fault with the keys that it has beyond those of every fault.
struct FaultKindRow {
  FaultKind kind;
  const char* name;
  std::vector<std::string_view> required;
  std::vector<std::string_view> optional;
};
const std::vector<FaultKindRow>& fault_kinds();

}  // namespace leakrig
