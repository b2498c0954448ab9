#pragma once

#include <span>
#include <string_view>

namespace leakrig {

/// The endpoints of Docker's API as faults and the ledger name them. The fake Docker serves these and no
/// others; a test of its routes keeps the two alike.
std::span<const std::string_view> docker_endpoints();

}  // namespace leakrig
