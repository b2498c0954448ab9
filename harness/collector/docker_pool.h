#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "harness/collector/docker_client.h"

namespace leakrig {

class DockerPool;

/// A client for one use: a call, or a stream for as long as it is open. Gives it back when destroyed; close
/// the stream first. Movable; one thread at a time.
class ClientLease {
 public:
  ClientLease(DockerPool& pool, DockerClient& pooled) : pool_(&pool), pooled_(&pooled) {}
  ClientLease(DockerPool& pool, std::unique_ptr<DockerClient> temporary)
      : pool_(&pool), temporary_(std::move(temporary)) {}
  ~ClientLease();
  ClientLease(ClientLease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)),
        pooled_(other.pooled_),
        temporary_(std::move(other.temporary_)) {}
  ClientLease& operator=(ClientLease&&) = delete;

  DockerClient& client() const { return temporary_ ? *temporary_ : *pooled_; }

 private:
  DockerPool* pool_;  ///< null: moved from
  DockerClient* pooled_ = nullptr;
  std::unique_ptr<DockerClient> temporary_;  ///< the pool was empty
};

/// The investigated program's pool: several clients of the same daemon, each with a transport of its own.
/// Shared, they are taken in turn. Exclusive, a client has one user at a time; where none is free a temporary
/// one is made, and unless `close_temporary_clients` its connection stays idle for ever (the defect
/// pool_overflow). Any thread. Leases must end before it does.
class DockerPool {
 public:
  /// `endpoint` and `runtime` must outlive the pool.
  DockerPool(const Endpoint& endpoint, const DockerConfig& config, GoRuntime& runtime);

  ClientLease lease();
  bool is_exclusive() const { return config_.checkout == Checkout::exclusive; }
  std::size_t size() const { return clients_.size(); }

  // Without a lease, as anybody may use a shared pool's:
  DockerClient& next() { return *clients_[turn_.fetch_add(1) % clients_.size()]; }
  DockerClient& at(std::size_t index) { return *clients_[index]; }

 private:
  friend class ClientLease;
  void give_back(DockerClient& client);

  const Endpoint& endpoint_;
  const DockerConfig config_;
  GoRuntime& runtime_;
  std::vector<std::unique_ptr<DockerClient>> clients_;
  std::atomic<std::size_t> turn_{0};
  std::mutex mutex_;
  std::vector<DockerClient*> free_;  // under mutex_; of an exclusive pool
};

}  // namespace leakrig
