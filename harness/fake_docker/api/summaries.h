#pragma once

#include "harness/fake_docker/api/stream_writer.h"

namespace leakrig::api {

/// Whether so many containers' entries have to be made anew that a list would keep the others waiting.
bool summaries_are_stale(Daemon& daemon);
/// Makes them, a few at a time, while others are served.
boost::asio::awaitable<void> refresh_summaries(Daemon& daemon, ReplyStream& out);
/// The answer of GET /containers/json. Throws ApiError.
Reply container_list(Daemon& daemon, const Request& request);

}  // namespace leakrig::api
