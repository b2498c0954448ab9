#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "harness/core/clock.h"

namespace leakrig {

/// Keeps a message about what may happen many times a second to one in ten seconds.
class SparseNotice {
 public:
  static constexpr Nanos kEvery = std::chrono::seconds{10};

  /// It has happened. If it is time to say so: how often it has since that was last said, this time included.
  std::optional<std::uint64_t> happened(Nanos now) {
    ++unsaid_;
    if (said_at_ && now - *said_at_ < kEvery) return std::nullopt;
    said_at_ = now;
    return std::exchange(unsaid_, 0);
  }

 private:
  std::uint64_t unsaid_ = 0;
  std::optional<Nanos> said_at_;
};

}  // namespace leakrig
