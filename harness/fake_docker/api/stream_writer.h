#pragma once

#include <boost/asio/awaitable.hpp>

#include "harness/fake_docker/api/answer.h"
#include "harness/fake_docker/faults/reply_stream.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig {

/// Writes an answer to `out`, all three of which outlive it. May throw ApiError before anything is sent.
struct StreamWriter {
  boost::asio::awaitable<void> (*write)(Daemon& daemon, const Request& request, ReplyStream& out);
};

/// The lines of a plan by way of `out`, for streams that faults hit. `record` is `out`'s.
boost::asio::awaitable<void> stream_log_lines(Daemon& daemon, LogPlan plan, RequestRecord& record,
                                              ReplyStream& out);

}  // namespace leakrig
