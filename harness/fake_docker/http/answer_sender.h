#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string_view>

#include "harness/fake_docker/http/stream_socket.h"

namespace leakrig {

/// What has left of an answer.
struct Sent {
  std::uint64_t bytes = 0;  ///< with the head
  bool whole = false;       ///< false: the client has gone, or the socket was closed
};

/// Sends an answer that is complete already. Both parts have to live until the end.
boost::asio::awaitable<Sent> send_answer(StreamSocket& socket, std::string_view head, std::string_view body);

}  // namespace leakrig
