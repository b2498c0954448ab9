#include "harness/run/run_directory.h"

#include <fmt/format.h>

#include "harness/core/clock.h"
#include "harness/core/units.h"

namespace leakrig {

std::filesystem::path shard_directory(const std::string& name, const Shard& shard) {
  return fmt::format("runs/{}.shard-{}-of-{}", name, shard.index, shard.of);
}

std::filesystem::path fresh_run_directory(const std::string& name) {
  std::string stamp = rfc3339_nano(SystemClock{}.wall()).substr(0, 19);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  const std::string base = fmt::format("runs/{}-{}Z", name, stamp);
  std::filesystem::path directory = base;
  for (int i = 2; std::filesystem::exists(directory); ++i) directory = fmt::format("{}-{}", base, i);
  return directory;
}

}  // namespace leakrig
