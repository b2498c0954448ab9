#pragma once

namespace leakrig {

/// The schema that a result.json names.
inline constexpr const char* kResultSchema = "leakrig/result/1";

}  // namespace leakrig
