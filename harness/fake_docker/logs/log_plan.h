#pragma once

#include <cstdint>
#include <string>

#include "harness/fake_docker/logs/log_format.h"

namespace leakrig {

/// What a logs request comes to, once checked.
struct LogPlan {
  std::uint32_t container = 0;
  LogFormat format;
  std::uint64_t next = 0;        ///< the first line to send
  std::uint64_t end = 0;         ///< the first not to send
  bool follow = false;           ///< lines up to `end` that are not due yet will be waited for
  bool asked_to_follow = false;  ///< also of a container that does not run, which ends at once
  std::string content_type;
};

}  // namespace leakrig
