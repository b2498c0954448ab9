#include <fmt/format.h>

#include "harness/core/error.h"
#include "harness/probe/goroutine_profile.h"
#include "harness/probe/pprof_profile.h"

namespace leakrig {

GoroutineProfile parse_goroutine_protobuf(std::string_view bytes) try {
  auto read = parse_pprof(bytes);
  if (read.types.empty() || read.types.front() != "goroutine") {
    const auto other = read.types.empty() ? std::string{} : read.types.front().substr(0, 60);
    throw Error(fmt::format("it counts \"{}\", not goroutines", other));
  }
  GoroutineProfile profile;
  for (auto& sample : read.samples) {
    profile.stacks.push_back(
        {static_cast<std::uint64_t>(sample.values.front()), std::move(sample.frames), {}, 0});
    profile.total += profile.stacks.back().count;
  }
  return profile;
} catch (const Error& error) {
  throw Error(std::string{"not a whole goroutine profile: "} + error.what());
}

}  // namespace leakrig
