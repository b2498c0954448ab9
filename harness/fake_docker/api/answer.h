#pragma once

#include <variant>

#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/logs/log_plan.h"

namespace leakrig {

class Daemon;
/// How an answer that is written as it comes about is written (stream_writer.h).
struct StreamWriter;

/// An answer that comes about slowly: events, stats, attached output.
struct Streamed {
  const StreamWriter* writer = nullptr;  ///< static
};

/// How a request is answered: at once, with log lines, or as things happen.
using Answer = std::variant<Reply, LogPlan, Streamed>;

/// A handler does what the request asks for and says how it is answered. Throws ApiError. Serving thread only.
using Handler = Answer (*)(Daemon& daemon, const Request& request);

}  // namespace leakrig
