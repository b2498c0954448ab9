#include "harness/run/environment.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "harness/core/clock.h"
#include "harness/core/units.h"
#include "harness/run/built_with.h"

namespace leakrig {

nlohmann::json describe_environment() {
  utsname host{};
  uname(&host);
  // Whole seconds are enough for a report.
  const std::string date = rfc3339_nano(SystemClock{}.wall()).substr(0, 19) + "Z";
  nlohmann::json libraries = nlohmann::json::object();
  for (const auto& [package, version] : built_with()) libraries[package] = version;
  return {{"host", host.machine},
          {"kernel", fmt::format("{} {}", host.sysname, host.release)},
          {"cpus", std::thread::hardware_concurrency()},
          {"leakrig", "leakrig " LEAKRIG_VERSION},
          {"compiler", "g++ " __VERSION__},
          {"built_with", libraries},
          {"date", date}};
}

}  // namespace leakrig
