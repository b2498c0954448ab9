#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "harness/spec/fault_config.h"

namespace leakrig {

/// What is done to one answer: all the faults that hit it.
struct FaultScript {
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
  enum class Ending { none, reset, close, half_close, stall };

  bool hit = false;  ///< false: nothing of the below
  Nanos delay{0};    ///< scenario time, as all of these
  bool no_headers = false;
  bool drop = false;
  bool eof = false;
  bool hold_open = false;
  int status = 0;  ///< 0: as it would be
  std::string message;
  Ending ending = Ending::none;
  std::uint64_t ending_at = kNever;  ///< bytes of the body
  std::optional<Nanos> cut_after;
  std::uint64_t drip_bytes = 0;
  Nanos drip_every{0};
  std::uint64_t corrupt_frame = 0;  ///< from 1; 0: none
  std::uint64_t truncate_frame = 0;

  void add(const FaultConfig& fault);
  /// Whether the body is touched, so that the fast path for log streams cannot serve it.
  bool touches_body() const;
};

}  // namespace leakrig
