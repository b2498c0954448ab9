#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fleet/process.h"

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
  std::vector<std::string> env;
  std::string directory;
  std::string user;
  bool privileged = false;
  bool started = false;
  bool running = false;
  std::unique_ptr<Process> process;  ///< of one without a client attached, while it runs
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
  /// When a command without a client goes on by itself.
  std::optional<Nanos> next_wake() const;
  /// Lets those go on; returns the ids of those that have ended.
  std::vector<std::string> advance(Nanos now);

 private:
  static constexpr std::size_t kMost = 1024;
  std::map<std::string, Exec> execs_;
  std::uint64_t made_ = 0;
};

}  // namespace leakrig
