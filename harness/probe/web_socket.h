#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "harness/core/http_url.h"

namespace leakrig {

/// A client's end of a WebSocket (RFC 6455) for text messages. Every call throws Error where the peer is gone, breaks the
/// protocol, sends a message of more than `most` bytes, or takes longer than `limit`; it is of no use after that. One thread.
class WebSocket {
 public:
  /// Connects and shakes hands; `url` without TLS.
  WebSocket(const HttpUrl& url, std::chrono::milliseconds limit, std::size_t most);
  ~WebSocket();
  WebSocket(WebSocket&&) noexcept;
  WebSocket& operator=(WebSocket&&) noexcept;

  void send(std::string_view text);
  /// The next message; pings between are answered.
  std::string receive();

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace leakrig
