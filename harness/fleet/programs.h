#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fleet/file_tree.h"

namespace leakrig {

/// A call of one of the programs that a container understands, and what it says.
struct ProgramCall {
  std::vector<std::string> words;  ///< its name first
  std::map<std::string, std::string>* env = nullptr;
  std::string* directory = nullptr;
  FileTree* files = nullptr;
  Nanos now{0};                      ///< since the epoch
  std::optional<std::string> input;  ///< all of it; nothing: it has not been read
  std::string out;
  std::string err;
};

/// What comes of it.
struct ProgramResult {
  enum class Next {
    done,           ///< with `code`
    sleeps,         ///< for `length`, then done
    reads_all,      ///< to be called again with its input
    copies_input,   ///< says what it reads, and ends with its input
    shell,          ///< an interactive shell
    idles,          ///< until it is ended
    writes,         ///< `lines_per_s` without end
    bursts,         ///< `lines` log lines at once, then done
    unknown,        ///< there is no such program
  };
  Next next = Next::done;
  int code = 0;
  Nanos length{0};
  double lines_per_s = 0;
  std::uint64_t lines = 0;
};

/// Does what it can at once. `service_rate`: lines per second of a service such as nginx.
ProgramResult call_program(ProgramCall& call, double service_rate);
/// Whether there is something to run by this name or path.
bool is_program(std::string_view name, const FileTree& files);
/// A server: it logs at its fleet's rate and minds signals.
bool is_service(std::string_view name);
/// Without what leads to it: "/bin/sh" is "sh".
std::string_view program_name(std::string_view word);

}  // namespace leakrig
