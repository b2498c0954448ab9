#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// A command that a client runs in a container.
struct Exec {
  std::string id;
  std::size_t container = 0;
  std::vector<std::string> command;
  bool tty = false;
  bool with_stdin = false;
  bool with_stdout = false;
  bool with_stderr = false;
  std::string detach_keys;
  bool started = false;
  bool running = false;
  std::optional<Nanos> ends_at;  ///< of one without a client attached, when it runs
  int exit_code = 0;
  int pid = 0;
};

/// The commands so far; the oldest finished ones are forgotten when there are many. Serving thread only.
class ExecStore {
 public:
  Exec& add(std::uint64_t seed, std::size_t container);
  Exec* find(const std::string& id);
  /// Those of a container that was removed.
  void forget(std::size_t container);

 private:
  static constexpr std::size_t kMost = 1024;
  std::map<std::string, Exec> execs_;
  std::uint64_t made_ = 0;
};

}  // namespace leakrig
