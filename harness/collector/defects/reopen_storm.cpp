#include "harness/collector/defects/defect.h"

namespace leakrig {

// An option of the container monitor: ContainerFollower::follow does not wait after a stream that ended.
constinit const Defect kReopenStorm{
    .name = "reopen_storm",
    .mechanism = "opens a log stream that ended at once again without waiting",
    .seen_in = "logspout#191, vector#11056, Promtail's early docker target",
    .grows = "nothing",
    .pointer = "/container_monitor/retry_backoff",
    .planted_value = false,
    .start = nullptr};

}  // namespace leakrig
