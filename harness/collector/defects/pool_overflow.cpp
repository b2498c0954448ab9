#include "harness/collector/defects/defect.h"

namespace leakrig {

// An option of the Docker clients' pool, where its checkout is exclusive: ClientLease drops a temporary client.
constinit const Defect kPoolOverflow{
    .name = "pool_overflow",
    .mechanism = "makes a temporary Docker client for each call while its pool is empty, and never closes it",
    .seen_in = "the investigated program",
    .grows = "threads, sockets, fds",
    .pointer = "/docker/close_temporary_clients",
    .planted_value = false,
    .start = nullptr};

}  // namespace leakrig
