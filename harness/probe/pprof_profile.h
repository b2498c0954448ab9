#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/probe/goroutine_profile.h"

namespace leakrig {

/// What was counted at one stack.
struct PprofSample {
  std::vector<GoFrame> frames;       ///< the innermost first, inlined ones too
  std::vector<std::int64_t> values;  ///< one for each of the profile's types
  std::int64_t bytes = 0;            ///< its number "bytes": the size of each object of a heap profile; 0 without
};

/// A profile in pprof's format (profile.proto), whatever it counts.
struct PprofProfile {
  std::vector<std::string> types;  ///< "goroutine"; "alloc_objects", "alloc_space", "inuse_objects", ...
  std::vector<PprofSample> samples;
};

/// Compressed by gzip or not. Pure; takes any input: throws Error saying what is wrong with one that is
/// damaged, not whole, or of more than kMaxFrames.
PprofProfile parse_pprof(std::string_view bytes);

}  // namespace leakrig
