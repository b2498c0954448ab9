#pragma once

#include <nlohmann/json_fwd.hpp>

namespace leakrig {

/// What a report's conditions name: host, kernel, cpus, leakrig's version, compiler, the date
/// in UTC, and what it was built with: {package: version}.
nlohmann::json describe_environment();

}  // namespace leakrig
