#include "harness/run/run_directory.h"

#include <fmt/format.h>

#include <system_error>

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/units.h"

namespace leakrig {

std::filesystem::path fresh_run_directory(const std::string& name) {
  std::string stamp = rfc3339_nano(SystemClock{}.wall()).substr(0, 19);
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  const std::string base = fmt::format("runs/{}-{}Z", name, stamp);
  std::filesystem::path directory = base;
  std::error_code refused;
  std::filesystem::create_directories("runs", refused);
  // Made here, so that of two rigs that start in one second each has its own.
  for (int i = 2; !refused && !std::filesystem::create_directory(directory, refused); ++i)
    directory = fmt::format("{}-{}", base, i);
  if (refused) {
    throw Error(fmt::format("cannot make the run directory {}: {}; choose another place with --out",
                            directory.string(), refused.message()));
  }
  return directory;
}

}  // namespace leakrig
