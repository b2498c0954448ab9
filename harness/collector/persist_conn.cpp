#include "harness/collector/persist_conn.h"

#include <pthread.h>
#include <sys/socket.h>

#include <system_error>

#include "harness/collector/conn_pool.h"
#include "harness/collector/endpoint.h"

namespace leakrig {

PersistConn::PersistConn(UniqueFd socket, const Endpoint& endpoint, std::shared_ptr<ConnPool> pool,
                         bool disable_keep_alives)
    : socket_(std::move(socket)),
      key_(endpoint.key()),
      pool_(std::move(pool)),
      disable_keep_alives_(disable_keep_alives),
      http_(endpoint.host_header),
      input_(socket_.get()) {}

bool PersistConn::start() {
  try {
    // Counted before either can end.
    running_ = 2;
    reader_ = std::thread([this] { read_loop(); });
    writer_ = std::thread([this] { write_loop(); });
    return true;
  } catch (const std::system_error&) {
    kill("no threads left for a connection");
    for (auto missing = (reader_.joinable() ? 0 : 1) + (writer_.joinable() ? 0 : 1); missing > 0; --missing) {
      loop_ended();
    }
    return false;
  }
}

bool PersistConn::submit(std::shared_ptr<Exchange> exchange) {
  const std::lock_guard lock{mutex_};
  if (dead_) return false;
  to_write_ = exchange;
  current_ = std::move(exchange);
  to_write_changed_.notify_one();
  return true;
}

void PersistConn::kill(const std::string& reason, bool retryable) {
  {
    const std::lock_guard lock{mutex_};
    if (dead_) return;
    close_locked(reason, retryable);
  }
  pool_->connection_closed(*this);
}

void PersistConn::kill_exchange(const Exchange& exchange, const std::string& reason) {
  {
    const std::lock_guard lock{mutex_};
    if (dead_ || current_.get() != &exchange) return;
    close_locked(reason, false);
  }
  pool_->connection_closed(*this);
}

void PersistConn::close_locked(const std::string& reason, bool retryable) {
  dead_ = true;
  to_write_.reset();
  // Before the loops can notice: the reason is this one, not what they then meet on the socket.
  if (current_) current_->kill(reason, retryable);
  // Ends the loops' reading and writing; the descriptor itself stays until both have left.
  ::shutdown(socket_.get(), SHUT_RDWR);
  to_write_changed_.notify_one();
}

bool PersistConn::dead() const {
  const std::lock_guard lock{mutex_};
  return dead_;
}

void PersistConn::join() {
  if (reader_.joinable()) reader_.join();
  if (writer_.joinable()) writer_.join();
}

void PersistConn::read_loop() {
  ::pthread_setname_np(::pthread_self(), "readLoop");
  auto alive = true;
  while (alive) {
    const auto readiness = input_.wait(pool_->idle_deadline(*this));
    if (readiness == BufferedSocket::Readiness::timed_out) {
      // Taken out of the pool first, so that nobody is given a connection that is about to close.
      alive = !pool_->remove_idle(*this);
      if (!alive) kill("idle connection timeout");
      continue;
    }
    if (readiness == BufferedSocket::Readiness::ended) {
      kill("server closed the connection", /*retryable=*/true);
      break;
    }
    const auto exchange = current();
    alive = exchange && serve_one(*exchange);
  }
  kill("unsolicited answer on an idle connection");
  if (const auto unanswered = current()) unanswered->settle();
  loop_ended();
}

bool PersistConn::serve_one(Exchange& exchange) {
  HttpHead head;
  const auto error = http_.read_response(input_, exchange.request(),
                                         {[&](const HttpHead& received) {
                                            head = received;
                                            if (head.has_body) exchange.deliver_head(head);
                                            return true;
                                          },
                                          [&](const char* data, std::size_t size) {
                                            return head.has_body ? exchange.offer(data, size) : true;
                                          }});
  auto alive = false;
  if (head.status == 0) {
    kill(*error);
  } else if (head.has_body) {
    exchange.finish(error);
    const auto taken = exchange.wait_until_taken();
    alive = release(taken && head.keep_alive && exchange.wait_until_written());
  } else {
    // As in Go: pooled before the caller has the answer, so that his next request finds it.
    exchange.finish(std::nullopt);
    alive = release(!error && head.keep_alive && exchange.wait_until_written());
    exchange.deliver_head(head);
  }
  exchange.settle();
  return alive;
}

/// The answer is over: back into the pool, or closed. From here on the caller can no longer end the
/// connection.
bool PersistConn::release(bool reusable) {
  std::shared_ptr<Exchange> over;
  {
    const std::lock_guard lock{mutex_};
    over.swap(current_);
  }
  const auto pooled = reusable && !disable_keep_alives_ && pool_->put_idle(shared_from_this());
  if (!pooled) kill("closed after the answer");
  return pooled;
}

void PersistConn::write_loop() {
  ::pthread_setname_np(::pthread_self(), "writeLoop");
  while (true) {
    std::shared_ptr<Exchange> exchange;
    {
      std::unique_lock lock{mutex_};
      to_write_changed_.wait(lock, [this] { return to_write_ || dead_; });
      if (dead_) break;
      exchange = std::move(to_write_);
      to_write_.reset();
    }
    if (!http_.write_request(socket_.get(), exchange->request(), disable_keep_alives_)) {
      kill("the request was not taken", /*retryable=*/true);
    }
    exchange->note_written();
  }
  loop_ended();
}

std::shared_ptr<Exchange> PersistConn::current() const {
  const std::lock_guard lock{mutex_};
  return current_;
}

void PersistConn::loop_ended() {
  if (running_.fetch_sub(1) == 1) socket_.reset();
}

}  // namespace leakrig
