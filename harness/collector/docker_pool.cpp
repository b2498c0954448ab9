#include "harness/collector/docker_pool.h"

namespace leakrig {

ClientLease::~ClientLease() {
  if (pool_ == nullptr) return;
  if (pooled_ != nullptr) {
    pool_->give_back(*pooled_);
  } else if (pool_->config_.close_temporary_clients) {
    temporary_->close_idle_connections();
  }
  // The defect pool_overflow: else the client is dropped, and its connection stays as it is, as in Go.
}

DockerPool::DockerPool(const Endpoint& endpoint, const DockerConfig& config, GoRuntime& runtime)
    : endpoint_(endpoint), config_(config), runtime_(runtime) {
  for (auto i = 0; i < config.clients; ++i) {
    clients_.push_back(std::make_unique<DockerClient>(endpoint, config.transport, runtime));
  }
  for (auto i = clients_.size(); i > 0; --i) free_.push_back(clients_[i - 1].get());
}

ClientLease DockerPool::lease() {
  if (!is_exclusive()) return ClientLease{*this, next()};
  {
    const std::lock_guard lock{mutex_};
    if (!free_.empty()) {
      auto* client = free_.back();
      free_.pop_back();
      return ClientLease{*this, *client};
    }
  }
  return ClientLease{*this, std::make_unique<DockerClient>(endpoint_, config_.transport, runtime_)};
}

void DockerPool::give_back(DockerClient& client) {
  if (!is_exclusive()) return;
  const std::lock_guard lock{mutex_};
  free_.push_back(&client);
}

}  // namespace leakrig
