#pragma once

namespace leakrig::metric {

/// When a process was started, in seconds from 1970, as Prometheus's clients serve it: where it changes,
/// another life of the program begins. Context, never judged.
inline constexpr const char* kProcessStartTime = "process_start_time_seconds";

}  // namespace leakrig::metric
