#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <string_view>
#include <utility>

namespace leakrig {

/// Writes text to standard output or standard error, and never throws: a reader that has gone, as `head` has
/// after its line, ends neither a run nor its record. Any thread.
void say_text(std::FILE* stream, std::string_view text) noexcept;

template <typename... Args>
void say(std::FILE* stream, fmt::format_string<Args...> format, Args&&... args) {
  say_text(stream, fmt::format(format, std::forward<Args>(args)...));
}

/// Once, at the start of the program: standard streams that are closed become /dev/null, so that no file or
/// socket takes their numbers; and a reader that goes away is an error to the writer, not the program's end.
void prepare_standard_streams() noexcept;

/// At the end of the program: whether all that was said to `stream` was written. A reader that did not want
/// more is no failure. `reason` gets the system's errno otherwise.
bool all_was_said(std::FILE* stream, int& reason) noexcept;

}  // namespace leakrig
