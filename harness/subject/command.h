#pragma once

#include <csignal>
#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "harness/core/process.h"
#include "harness/subject/subject.h"

namespace leakrig {

/// When a command counts as started. Each `what` may hold placeholders.
struct ReadyCheck {
  enum class Kind {
    none,         ///< at once
    output_line,  ///< `what` appears in its output
    tcp_port,     ///< port `what` of 127.0.0.1 accepts a connection
    http,         ///< GET `what` (an http:// URL) answers 2xx
  };
  Kind kind = Kind::none;
  std::string what;
  Nanos timeout = std::chrono::seconds{30};
};

struct CommandSpec {
  std::vector<std::string> argv;            ///< with placeholders
  std::map<std::string, std::string> env;   ///< the values with placeholders; added to the rig's environment
  std::filesystem::path working_directory;  ///< empty: the rig's
  /// "docker_host" -> what replaces "{docker_host}". Other braces stay as they are.
  std::map<std::string, std::string> placeholders;
  std::filesystem::path mount_source;  ///< a file that it finds at `mount_target` too; see SpawnOptions
  std::filesystem::path mount_target;
  std::filesystem::path output;  ///< its standard output and error are appended here
  std::uint64_t output_limit = SpawnOptions{}.output_limit;
  ReadyCheck ready;
  int stop_signal = SIGTERM;
  Nanos grace = std::chrono::seconds{10};
};

/// It lived but did not become ready in time; it has been stopped. `reason` is a sentence for the report.
struct NeverReady {
  std::string reason;
  std::string output_tail;
};

/// It ended before it was ready.
struct DiedEarly {
  ExitStatus status;
  std::string output_tail;
};

/// The wait was stopped by the caller; the command has been stopped.
struct StartInterrupted {};

using StartResult = std::variant<std::unique_ptr<Subject>, NeverReady, DiedEarly, StartInterrupted>;

/// Starts a command and waits until it is ready. `guardian`, where given, outlives the subject and kills its
/// group should the rig be killed. Throws Error when it cannot be started at all.
StartResult start_command(const CommandSpec& spec, Guardian* guardian, std::stop_token stop);

/// `text` with each "{name}" of `placeholders` replaced, once: what is put in is not looked at again.
std::string replace_placeholders(const std::string& text,
                                 const std::map<std::string, std::string>& placeholders);

}  // namespace leakrig
