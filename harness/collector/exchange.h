#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "harness/collector/http_message.h"
#include "harness/core/clock.h"

namespace leakrig {

enum class BodyRead { data, end, failed, timed_out };

/// One request and its answer, where caller, write loop and read loop meet. The body is handed over piece by
/// piece: the read loop waits until a piece has been taken, so a reader that stops reading stops the socket.
class Exchange {
 public:
  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  explicit Exchange(HttpRequest request) : request_(std::move(request)) {}
  const HttpRequest& request() const { return request_; }

  /// Runs `cancel` when `token` is stopped, until the exchange has ended.
  void cancel_on(const std::stop_token& token, std::function<void()> cancel);

  // The loops' side:
  void note_written();
  /// Whether the request is out. As Go's, it gives a write loop that has sent all the time to say so: 50 ms.
  bool wait_until_written();
  void deliver_head(const HttpHead& head);
  /// Blocks until the caller has taken it; false when nobody will (closed, or the connection is dead).
  bool offer(const char* data, std::size_t size);
  /// No more will come: the end of the body, or the error it ended with.
  void finish(const std::optional<std::string>& error);
  /// Blocks until the caller has seen the end, for ever if the caller dropped the answer without closing it.
  /// True if it saw the proper end, so that the connection can be used again.
  bool wait_until_taken();
  /// The connection is pooled again or closed: lets the caller, who has seen the end, go on.
  void settle();
  /// The connection is dead; wakes everyone. The first reason counts. `retryable`: not a byte was answered.
  void kill(const std::string& reason, bool retryable);

  // The caller's side:
  struct Head {
    std::optional<HttpHead> head;
    std::string error;
    bool retryable = false;
    bool timed_out = false;
  };
  /// `timeout` runs from the moment the request has been written; zero: none.
  Head wait_for_head(Nanos timeout);
  /// Replaces `to`. `failed` leaves the reason in error().
  BodyRead read(std::string& to, Deadline deadline);
  std::string error() const;
  /// True if the end has been seen, so that closing has nothing to close.
  bool ended() const;

 private:
  const HttpRequest request_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  // All under mutex_:
  std::optional<std::chrono::steady_clock::time_point> written_;
  std::optional<HttpHead> head_;
  std::optional<std::string> piece_;
  bool finished_ = false;
  bool end_taken_ = false;
  bool settled_ = false;
  std::optional<std::string> error_;
  bool dead_ = false;
  bool retryable_ = false;
  // Set before the loops see this object, reset by settle().
  std::optional<std::stop_callback<std::function<void()>>> cancellation_;
};

}  // namespace leakrig
