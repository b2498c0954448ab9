#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "harness/core/clock.h"
#include "harness/core/process.h"

namespace leakrig {

/// What a load generator did.
struct LoadReport {
  int runs = 0;              ///< that ended by themselves
  int failed = 0;            ///< of those, with another exit code than 0
  std::string last_failure;  ///< "exit code 1"
  std::string last_lines;    ///< of its output: its own verdict
  /// What it counted, over all its runs; nothing if it never said.
  std::optional<double> count;
  double busy_s = 0;  ///< wall seconds in which it ran
};

/// Drives a subject with a command of the user's: runs it by /bin/sh, starts it again whenever it ends, and
/// ends it with its whole tree. Owns a thread; the public functions may be called from any other.
class LoadDriver {
 public:
  struct Options {
    std::string command;
    std::map<std::string, std::string> env;
    std::filesystem::path output;  ///< all its runs' output is appended here
    /// What it counts, as its output names it: see number_beside(). Empty: nothing is looked for.
    std::string counted;
  };
  explicit LoadDriver(Options options);
  ~LoadDriver();
  LoadDriver(const LoadDriver&) = delete;
  LoadDriver& operator=(const LoadDriver&) = delete;

  /// Its count so far, the run that goes on included where it tells.
  std::optional<double> count() const;
  /// Why it can do nothing, if so: it is not found, or it fails at once again and again.
  std::optional<std::string> useless() const;
  /// Ends it, by SIGINT first, at which load generators print their summary.
  LoadReport stop();

 private:
  void work(const std::stop_token& stop);
  void drive_once(const std::stop_token& stop);
  void look_for_count();

  Options options_;
  mutable std::mutex mutex_;
  std::condition_variable_any woken_;
  LoadReport report_;              // under mutex_
  double of_earlier_ = 0;          // under mutex_: counted by runs that have ended
  int failed_at_once_ = 0;         // under mutex_: so many in a row
  std::uint64_t output_from_ = 0;  ///< where the run's output begins; by the worker alone
  std::jthread worker_;
};

/// The last number beside a word in a text, whichever case it has: "requests: 1,234", "1234 requests in 10
/// s", "Complete requests:   1000", "http_reqs......: 512". Nothing if there is none.
std::optional<double> number_beside(std::string_view text, std::string_view word);

}  // namespace leakrig
