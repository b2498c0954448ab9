#include "harness/collector/defects/defect.h"

namespace leakrig {

// An option of the Loki sink: LokiSink::send makes a transport of its own for each push.
constinit const Defect kLokiClientPerPush{
    .name = "loki_client_per_push",
    .mechanism =
        "makes a Loki client for each push; its idle connection stays in a transport that nobody uses again",
    .seen_in = "telegraf#9242, docker-agent#3629",
    .grows = "threads, sockets, fds",
    .pointer = "/loki/client_per_push",
    .planted_value = true,
    .start = nullptr};

}  // namespace leakrig
