#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// Answers to GET /containers/json by their query. They hold until a container changes, or for a tenth of a
/// second, since "Up 5 seconds" ages by itself. Serving thread only.
class ListCache {
 public:
  /// Nothing if there is no such answer that still holds. Times are the monotonic clock's.
  std::shared_ptr<const std::string> find(const std::string& query, std::uint64_t revision, Nanos now);
  void keep(const std::string& query, std::shared_ptr<const std::string> answer);

  /// Whether a list is being made, in turns: who wants one waits, and may find it here.
  bool is_busy = false;

  /// How long the longest list so far was; lists are made in memory of that size, not in one that doubles.
  std::size_t usual_bytes() const { return usual_bytes_; }
  void remember_bytes(std::size_t bytes) { usual_bytes_ = std::max(usual_bytes_, bytes); }

  /// A container's entry around its status, as it was when the container's `changed` was this.
  struct Parts {
    std::uint64_t changed = 0;
    std::string before_sizes;
    std::string before_status;
    std::string after_status;
  };
  Parts& parts(std::size_t container) {
    if (container >= parts_.size()) parts_.resize(container + 1);
    return parts_[container];
  }
  /// Of a container that was removed.
  void forget(std::size_t container) {
    if (container < parts_.size()) parts_[container] = {};
  }

 private:
  static constexpr Nanos kHolds = std::chrono::milliseconds{100};
  static constexpr std::size_t kMostBytes = 48U << 20U;  // in all, as answers that hold count as ones that are sent

  std::map<std::string, std::shared_ptr<const std::string>> answers_;
  std::vector<Parts> parts_;
  std::uint64_t revision_ = 0;
  std::size_t bytes_ = 0;
  std::size_t usual_bytes_ = 0;
  Nanos since_{0};
};

}  // namespace leakrig
