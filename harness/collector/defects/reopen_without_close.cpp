#include "harness/collector/defects/defect.h"

namespace leakrig {

// An option of the container monitor: ContainerFollower::follow leaves what it replaces.
constinit const Defect kReopenWithoutClose{
    .name = "reopen_without_close",
    .mechanism = "replaces each log stream every so often and drops the old one unclosed",
    .seen_in = "fsouza/go-dockerclient#911; what the investigation believed of its program",
    .grows = "threads, sockets, fds",
    .pointer = "/container_monitor/close_on_reopen",
    .planted_value = false,
    .start = nullptr};

}  // namespace leakrig
