#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/fake_sink/push_server.h"

namespace leakrig {

/// How long a request may take to come, from its first byte on: a client that sends a byte now and then holds
/// a thread no longer than that. Between requests a connection may be idle for ever.
struct RequestTime {
  std::chrono::nanoseconds head = std::chrono::seconds{10};
  std::chrono::nanoseconds body = std::chrono::seconds{60};  ///< from the end of the head on
};

/// One accepted connection, read and written by its thread: blocking, and every byte counted.
class PushConnection {
 public:
  /// Does not own `socket`. `connection` names it in requests, whose bodies are taken up to `max_body_bytes`.
  /// What bodies hold is of `room`, which outlives this.
  PushConnection(int socket, std::uint64_t connection, std::size_t max_body_bytes, MessageRoom& room,
                 RequestTime time = {})
      : socket_(socket), connection_(connection), max_body_bytes_(max_body_bytes), room_(room), time_(time) {}

  /// What a request's head says.
  struct Head {
    ServedRequest request;
    bool keep_alive = false;
    std::unique_ptr<MessageRoom::Share> share;  ///< of the body
  };
  /// Calls `opened` when a request's head has come, then reads its body; one that takes too long is
  /// `unreadable`. Nothing when the connection has ended before a head was whole, or that took too long
  /// (answered with 408) or was no HTTP (400, 431). A client that expects "100-continue" (RFC 9110, 10.1.1)
  /// is told to go on before its body is read, unless that is too large.
  std::optional<Head> read(const std::function<void(const ServedRequest&)>& opened);

  /// What was sent: status 0 when the peer has gone.
  ConnectionObserver::Answer send(const Head& asked, const ServedAnswer& answer);

  std::uint64_t bytes() const { return bytes_; }

 private:
  template <typename Parser>
  bool must_tell_to_go_on(const Parser& parser) const;
  template <typename Parser>
  bool read_head(Parser& parser);
  template <typename Parser>
  ServedRequest::Body read_body(Parser& parser, MessageRoom::Share& share);
  void decode(ServedRequest& request, MessageRoom::Share& share);
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;
  enum class Received { bytes, ended, late };
  /// Waits for bytes until `deadline`; none: for ever.
  Received receive(const Deadline& deadline);
  void refuse(int status);
  bool send_counted(std::string_view text);

  int socket_;
  std::uint64_t connection_;
  std::size_t max_body_bytes_;
  MessageRoom& room_;
  RequestTime time_;
  std::string unparsed_;
  std::array<char, 16 * 1024> buffer_{};
  std::uint64_t bytes_ = 0;
};

}  // namespace leakrig
