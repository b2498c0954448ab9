#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "harness/core/clock.h"
#include "harness/core/fd.h"

namespace leakrig {

/// A connection from accept to close; moved along with its socket, from session to log stream and back.
struct ConnectionRecord {
  std::uint64_t id = 0;
  pid_t peer_pid = 0;
  std::uint64_t bytes = 0;  ///< both ways
  Nanos opened{0};          ///< scenario time
  // As last told to the ledger:
  std::string api{};
  std::string user_agent{};
};

/// A request from its last header to the end of its answer.
struct RequestRecord {
  std::uint64_t id = 0;
  std::string_view endpoint;  ///< of the routes table, which outlives it
  std::string container;
  int status = 0;
  std::uint64_t bytes = 0;  ///< of the answer's body
  std::uint64_t lines = 0;
  Nanos opened{0};  ///< scenario time
};

/// A connection that is open, and the request it is in, if any.
struct OpenRequest {
  const ConnectionRecord* connection = nullptr;
  const RequestRecord* request = nullptr;
};

/// A connection in the middle of a request, between its session and a stream.
struct HandedConnection {
  UniqueFd fd;  ///< non-blocking
  ConnectionRecord connection;
  RequestRecord request;
  bool keep_alive = false;
  std::string unread;  ///< bytes of the client's next request
};

}  // namespace leakrig
