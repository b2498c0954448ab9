#include "harness/collector/go_runtime.h"

#include <algorithm>

#include "harness/collector/persist_conn.h"

namespace leakrig {

GoRuntime::GoRuntime() = default;
GoRuntime::~GoRuntime() {
  shutdown();
}

bool GoRuntime::start(const std::shared_ptr<PersistConn>& conn) {
  const std::lock_guard lock{mutex_};
  reap_locked();
  const auto started = conn->start();
  conns_.push_back(conn);  // even if it failed: a loop that did start is joined later
  if (down_) conn->kill("shut down");
  return started && !down_;
}

std::size_t GoRuntime::live_connections() const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::size_t>(
      std::count_if(conns_.begin(), conns_.end(), [](const auto& conn) { return !conn->ended(); }));
}

void GoRuntime::shutdown() {
  std::vector<std::shared_ptr<PersistConn>> ending;
  {
    const std::lock_guard lock{mutex_};
    down_ = true;
    ending.swap(conns_);
  }
  for (const auto& conn : ending) conn->kill("shut down");
  for (const auto& conn : ending) conn->join();
}

void GoRuntime::reap_locked() {
  std::erase_if(conns_, [](const auto& conn) {
    if (!conn->ended()) return false;
    conn->join();
    return true;
  });
}

}  // namespace leakrig
