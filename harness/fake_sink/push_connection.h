#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/fake_sink/push_server.h"

namespace leakrig {

/// One accepted connection, read and written by its thread: blocking, and every byte counted.
class PushConnection {
 public:
  /// Does not own `socket`. `connection` names it in requests, whose bodies are taken up to `max_body_bytes`.
  PushConnection(int socket, std::uint64_t connection, std::size_t max_body_bytes)
      : socket_(socket), connection_(connection), max_body_bytes_(max_body_bytes) {}

  /// What a request's head says.
  struct Head {
    ServedRequest request;
    bool keep_alive = false;
  };
  /// Calls `opened` when a request's head has come, then reads its body. Nothing when the connection has
  /// ended before a head was whole, or that was no HTTP, which is answered.
  std::optional<Head> read(const std::function<void(const ServedRequest&)>& opened);

  /// What was sent: status 0 when the peer has gone.
  ConnectionObserver::Answer send(const Head& asked, const ServedAnswer& answer);

  std::uint64_t bytes() const { return bytes_; }

 private:
  template <typename Parser>
  bool read_head(Parser& parser);
  template <typename Parser>
  ServedRequest::Body read_body(Parser& parser);
  bool receive();
  bool send_all(std::string_view text);

  int socket_;
  std::uint64_t connection_;
  std::size_t max_body_bytes_;
  std::string unparsed_;
  std::array<char, 16 * 1024> buffer_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace leakrig
