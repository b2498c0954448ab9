#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "harness/subject/command.h"

namespace leakrig {

/// Looks whether a command has become ready. Made before the command starts, so that what was there before
/// (an old output, somebody else's server on the port) is not mistaken for it.
class ReadyWatch {
 public:
  virtual ~ReadyWatch() = default;
  /// Returns soon, whatever the command does.
  virtual bool ready() = 0;
};

/// Throws Error when the check can never tell: a port or URL that
/// already answers, a line awaited of a command whose output is not kept.
std::unique_ptr<ReadyWatch> watch_for_ready(const ReadyCheck& check, const std::filesystem::path& output);

/// For a message: "the line \"ready\" in its output".
std::string describe(const ReadyCheck& check);

/// The last of a file, from a line's beginning where possible; empty if there is no such file.
std::string tail_of(const std::filesystem::path& file, std::uint64_t from, std::uint64_t limit = 4096);

/// The last three lines of a text that are not blank, in one: "first / second / third".
std::string last_lines_of(std::string_view text);

}  // namespace leakrig
