#pragma once

#include <string>

#include "harness/fake_docker/api/stream_writer.h"

namespace leakrig::api {

/// Whether so many containers' entries have to be made anew that a list would keep the others waiting.
bool summaries_are_stale(Daemon& daemon);
/// Makes them, a few at a time, while others are served.
boost::asio::awaitable<void> refresh_summaries(Daemon& daemon, ReplyStream& out);
/// The answer of GET /containers/json, made in turns. Throws ApiError.
boost::asio::awaitable<Reply> list_in_turns(Daemon& daemon, const Request& request, ReplyStream& out);

/// The volumes of GET /system/df as a JSON array, made in turns.
boost::asio::awaitable<std::string> volumes_in_turns(Daemon& daemon, ReplyStream& out);

}  // namespace leakrig::api
