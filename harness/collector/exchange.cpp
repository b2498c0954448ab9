#include "harness/collector/exchange.h"

namespace leakrig {
namespace {

constexpr std::chrono::milliseconds kMaxWriteWait{50};  // Go's maxWriteWaitBeforeConnReuse

}  // namespace

void Exchange::cancel_on(const std::stop_token& token, std::function<void()> cancel) {
  cancellation_.emplace(token, std::move(cancel));
}

void Exchange::note_written() {
  const std::lock_guard lock{mutex_};
  written_ = std::chrono::steady_clock::now();
  changed_.notify_all();
}

bool Exchange::wait_until_written() {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, kMaxWriteWait, [this] { return written_.has_value(); });
}

void Exchange::deliver_head(const HttpHead& head) {
  const std::lock_guard lock{mutex_};
  head_ = head;
  changed_.notify_all();
}

bool Exchange::offer(const char* data, std::size_t size) {
  std::unique_lock lock{mutex_};
  piece_.emplace(data, size);
  changed_.notify_all();
  changed_.wait(lock, [this] { return !piece_ || dead_; });
  return !dead_;
}

void Exchange::finish(const std::optional<std::string>& error) {
  const std::lock_guard lock{mutex_};
  finished_ = true;
  if (!error_) error_ = error;
  changed_.notify_all();
}

bool Exchange::wait_until_taken() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return end_taken_ || dead_; });
  return end_taken_ && !dead_ && !error_;
}

void Exchange::settle() {
  {
    const std::lock_guard lock{mutex_};
    settled_ = true;
    changed_.notify_all();
  }
  // Outside the lock: this waits for a cancellation that is under way.
  cancellation_.reset();
}

void Exchange::kill(const std::string& reason, bool retryable) {
  const std::lock_guard lock{mutex_};
  if (dead_ || settled_) return;
  dead_ = true;
  retryable_ = retryable && !head_;
  if (!error_) error_ = reason;
  changed_.notify_all();
}

Exchange::Head Exchange::wait_for_head(Nanos timeout) {
  std::unique_lock lock{mutex_};
  const auto answered = [this] { return head_ || dead_; };
  changed_.wait(lock, [&] { return answered() || (written_ && timeout > Nanos{0}); });
  if (!answered() && !changed_.wait_until(lock, *written_ + timeout, answered)) {
    return {std::nullopt, "timeout awaiting response headers", false, true};
  }
  if (head_) return {head_, "", false, false};
  return {std::nullopt, *error_, retryable_, false};
}

BodyRead Exchange::read(std::string& to, Deadline deadline) {
  std::unique_lock lock{mutex_};
  to.clear();
  const auto ready = [this] { return piece_ || finished_ || dead_; };
  if (!deadline) {
    changed_.wait(lock, ready);
  } else if (!changed_.wait_until(lock, *deadline, ready)) {
    return BodyRead::timed_out;
  }
  if (piece_ && !dead_) {
    to = std::move(*piece_);
    piece_.reset();
    changed_.notify_all();
    return BodyRead::data;
  }
  if (finished_) {
    end_taken_ = true;
    changed_.notify_all();
    // As in Go: the end is reported once the connection is pooled or closed, so the next request finds it.
    changed_.wait(lock, [this] { return settled_ || dead_; });
  }
  return error_ ? BodyRead::failed : BodyRead::end;
}

std::string Exchange::error() const {
  const std::lock_guard lock{mutex_};
  return error_.value_or("");
}

bool Exchange::ended() const {
  const std::lock_guard lock{mutex_};
  return end_taken_ || (head_ && !head_->has_body);
}

}  // namespace leakrig
