#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "harness/core/fd.h"

struct ssl_st;

namespace leakrig {

class TlsContext;

/// One client over TLS and its plain connection to the server behind: handshake, then bytes in both directions, each
/// with its own end (a close_notify is a half-close, and the other way round). It reads no further than what the other
/// side has taken, so it holds at most one buffer's length in each direction. Never blocks; meant for edge-triggered epoll.
/// One thread.
class RelayedConnection {
 public:
  using Clock = std::chrono::steady_clock;
  /// A connection to the server behind, non-blocking; empty: there is none to be had.
  using Connect = std::function<UniqueFd()>;
  enum class State : std::uint8_t { waiting, has_more, gone };
  struct Ready {
    bool client_broken = false;  ///< EPOLLERR
    bool client_hung_up = false;
    bool backend_hung_up = false;  ///< closed, not only shut for writing
  };
  static constexpr std::size_t kBuffer = 16384;  ///< a TLS record's most

  /// `client` is a connected non-blocking socket; its handshake must end before `deadline`.
  RelayedConnection(UniqueFd client, const TlsContext& context, Clock::time_point deadline);
  ~RelayedConnection();
  RelayedConnection(const RelayedConnection&) = delete;
  RelayedConnection& operator=(const RelayedConnection&) = delete;

  /// Does what can be done without waiting, for a bounded time: has_more says that it was cut short. `connect` is called
  /// once, after the handshake.
  State advance(const Ready& ready, const Connect& connect, std::span<char, kBuffer> scratch);
  int client() const { return client_.get(); }
  /// -1 before the handshake is done.
  int backend() const { return backend_.get(); }
  /// When it is to be given up; nothing while it relays.
  std::optional<Clock::time_point> deadline() const { return deadline_; }
  bool is_shaking_hands() const { return phase_ == Phase::greeting || phase_ == Phase::handshake; }
  /// Why the handshake failed, once: "peer did not return a certificate".
  std::optional<std::string> take_failure() { return std::exchange(failure_, std::nullopt); }

 private:
  enum class Phase : std::uint8_t { greeting, handshake, relay, draining, gone };
  struct FreeSsl {
    void operator()(ssl_st* ssl) const;
  };

  bool step(const Connect& connect, std::span<char> scratch);
  bool read_greeting(std::span<char> scratch);
  bool shake_hands(const Connect& connect);
  bool relay(std::span<char> scratch);
  bool relay_up(std::span<char> scratch);
  bool relay_down(std::span<char> scratch);
  /// How much of it the backend took; all of it where it listens no more.
  std::size_t give_backend(std::span<const char> bytes);
  std::size_t give_client(std::span<const char> bytes);
  bool end_down();
  bool drain(std::span<char> scratch);
  void fail(std::string why);
  void start_draining();
  void abort();

  UniqueFd client_;
  UniqueFd backend_;
  std::unique_ptr<ssl_st, FreeSsl> ssl_;
  Phase phase_ = Phase::greeting;
  Ready ready_;
  std::string up_;    ///< from the client, not taken by the backend yet
  std::string down_;  ///< from the backend, not taken by the client yet
  bool client_ended_ = false;
  bool backend_deaf_ = false;
  bool backend_ended_ = false;
  bool down_ended_ = false;  ///< close_notify has been sent
  std::optional<Clock::time_point> deadline_;
  std::optional<std::string> failure_;
};

}  // namespace leakrig
