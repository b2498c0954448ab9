#pragma once

#include <stdexcept>
#include <string>

namespace leakrig {

/// What the command line's exit code says about a failure; values are the process's exit codes.
enum class ExitCode : int {
  ok = 0,
  expectation_failed = 1,
  usage = 2,   ///< a wrong command line or an invalid file; nothing was started
  failed = 3,  ///< the subject or the rig failed
  inconclusive = 4,
  interrupted = 130,
};

/// The job cannot be done: says what, where and what to do. Caught once, in main.
class Error : public std::runtime_error {
 public:
  explicit Error(const std::string& message, ExitCode code = ExitCode::failed)
      : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// A wrong command line or an invalid file (exit 2).
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& message) : Error(message, ExitCode::usage) {}
};

}  // namespace leakrig
