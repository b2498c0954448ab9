#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// What a container that a client created does when it runs, read off its command: there is no process. It
/// understands `echo`, `exit`, `true`, `false`, `sleep`, `burst N` (N lines at once), `lines RATE` (endless),
/// `cat` (its input is its output), `sh -c` with these in a row, and idle commands (`tail -f /dev/null`,
/// a shell without a script); anything else is taken for a service, which logs at the fleet's rate.
struct Script {
  std::vector<std::string> output;  ///< lines said at the start; empty: markers (core/log_marker.h)
  std::uint64_t lines = 0;          ///< how many are written at once at the start
  double lines_per_s = 0;           ///< after that, without end
  std::optional<Nanos> runs_for;    ///< then it exits by itself
  int exit_code = 0;
  bool echoes_input = false;  ///< writes what it reads, and exits when its input is closed
  bool reads_input = false;   ///< an interactive shell: exits when its input is closed
};

/// `service_rate`: lines per scenario second of a service; without one, what is not understood exits at once.
Script read_script(const std::vector<std::string>& command, std::optional<double> service_rate);

}  // namespace leakrig
