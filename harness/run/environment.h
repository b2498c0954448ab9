#pragma once

#include <nlohmann/json_fwd.hpp>

namespace leakrig {

/// What a report's conditions name: host, kernel, cpus, leakrig's version, compiler, and the date in UTC.
nlohmann::json describe_environment();

}  // namespace leakrig
