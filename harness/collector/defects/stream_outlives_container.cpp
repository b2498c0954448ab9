#include "harness/collector/defects/defect.h"

namespace leakrig {

// An option of the container monitor: ContainerMonitor::update forgets the follower instead of stopping it.
constinit const Defect kStreamOutlivesContainer{
    .name = "stream_outlives_container",
    .mechanism =
        "does not cancel a container's log stream when the container stops, and the daemon holds the stream "
        "open",
    .seen_in = "testcontainers-java#2276, docker/for-linux#575, podman#6531",
    .grows = "threads, sockets, fds",
    .pointer = "/container_monitor/cancel_on_stop",
    .planted_value = false,
    .start = nullptr};

}  // namespace leakrig
