#include "harness/collector/conn_pool.h"

#include <algorithm>

#include "harness/collector/endpoint.h"
#include "harness/collector/go_runtime.h"
#include "harness/collector/persist_conn.h"

namespace leakrig {
namespace {

constexpr int kDefaultMaxIdlePerHost = 2;  // Go's DefaultMaxIdleConnsPerHost

}  // namespace

ConnPool::Lease ConnPool::acquire(const Endpoint& endpoint, const std::stop_token& stop) {
  {
    std::unique_lock lock{mutex_};
    closes_idle_ = false;
    // The one used last, as in Go: the others can grow old and go.
    const auto at = std::find_if(idle_.rbegin(), idle_.rend(),
                                 [&](const Idle& idle) { return idle.conn->key() == endpoint.key(); });
    if (at != idle_.rend()) {
      Lease lease{std::move(at->conn), true, ""};
      idle_.erase(std::next(at).base());
      return lease;
    }
    auto& host = hosts_[endpoint.key()];
    if (config_.max_conns_per_host > 0 && host.connections >= config_.max_conns_per_host) {
      auto may_dial = false;
      auto lease = wait_in_queue(lock, host, stop, may_dial);
      if (!may_dial) return lease;
    } else {
      ++host.connections;
    }
  }
  return dial_new(endpoint);
}

ConnPool::Lease ConnPool::wait_in_queue(std::unique_lock<std::mutex>& lock, Host& host,
                                        const std::stop_token& stop, bool& may_dial) {
  Waiter self;
  host.waiting.push_back(&self);
  if (!given_.wait(lock, stop, [&self] { return self.conn || self.may_dial; })) {
    std::erase(host.waiting, &self);
    return {nullptr, false, "context canceled"};
  }
  may_dial = self.may_dial;
  return {std::move(self.conn), true, ""};
}

ConnPool::Lease ConnPool::dial_new(const Endpoint& endpoint) {
  auto dialed = dial(endpoint);
  if (!dialed.fd) {
    const std::lock_guard lock{mutex_};
    release_slot_locked(endpoint.key());
    return {nullptr, false, dialed.error};
  }
  const auto conn = std::make_shared<PersistConn>(std::move(dialed.fd), endpoint, shared_from_this(),
                                                  config_.disable_keep_alives);
  if (!runtime_.start(conn)) return {nullptr, false, "no threads left for a connection"};
  return {conn, false, ""};
}

void ConnPool::close_idle() {
  std::list<Idle> closing;
  {
    const std::lock_guard lock{mutex_};
    closes_idle_ = true;
    closing.swap(idle_);
  }
  for (const auto& idle : closing) idle.conn->kill("idle connections closed");
}

bool ConnPool::put_idle(const std::shared_ptr<PersistConn>& conn) {
  std::shared_ptr<PersistConn> oldest;
  {
    const std::lock_guard lock{mutex_};
    if (conn->dead() || closes_idle_) return false;
    auto& host = hosts_[conn->key()];
    if (!host.waiting.empty()) {
      host.waiting.front()->conn = conn;
      host.waiting.pop_front();
      given_.notify_all();
      return true;
    }
    const auto limit =
        config_.max_idle_conns_per_host > 0 ? config_.max_idle_conns_per_host : kDefaultMaxIdlePerHost;
    if (std::count_if(idle_.begin(), idle_.end(),
                      [&](const Idle& idle) { return idle.conn->key() == conn->key(); }) >= limit) {
      return false;
    }
    Idle idle{conn, std::nullopt};
    if (config_.idle_conn_timeout > Nanos{0})
      idle.deadline = std::chrono::steady_clock::now() + config_.idle_conn_timeout;
    idle_.push_back(std::move(idle));
    if (config_.max_idle_conns > 0 && idle_.size() > static_cast<std::size_t>(config_.max_idle_conns)) {
      oldest = std::move(idle_.front().conn);
      idle_.pop_front();
    }
  }
  if (oldest) oldest->kill("too many idle connections");
  return true;
}

bool ConnPool::remove_idle(const PersistConn& conn) {
  const std::lock_guard lock{mutex_};
  return idle_.remove_if([&](const Idle& idle) { return idle.conn.get() == &conn; }) > 0;
}

std::optional<std::chrono::steady_clock::time_point> ConnPool::idle_deadline(const PersistConn& conn) const {
  const std::lock_guard lock{mutex_};
  const auto at =
      std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) { return idle.conn.get() == &conn; });
  return at != idle_.end() ? at->deadline : std::nullopt;
}

void ConnPool::connection_closed(const PersistConn& conn) {
  std::list<Idle> gone;  // let go after the lock: it may be the last reference
  const std::lock_guard lock{mutex_};
  const auto at =
      std::find_if(idle_.begin(), idle_.end(), [&](const Idle& idle) { return idle.conn.get() == &conn; });
  if (at != idle_.end()) gone.splice(gone.end(), idle_, at);
  release_slot_locked(conn.key());
}

void ConnPool::release_slot_locked(const std::string& key) {
  auto& host = hosts_[key];
  if (host.waiting.empty()) {
    --host.connections;
    return;
  }
  // The slot passes to the next in the queue.
  host.waiting.front()->may_dial = true;
  host.waiting.pop_front();
  given_.notify_all();
}

std::size_t ConnPool::idle() const {
  const std::lock_guard lock{mutex_};
  return idle_.size();
}

std::size_t ConnPool::waiting() const {
  const std::lock_guard lock{mutex_};
  std::size_t count = 0;
  for (const auto& [key, host] : hosts_) count += host.waiting.size();
  return count;
}

}  // namespace leakrig
