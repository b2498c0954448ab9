#pragma once

#include <cstddef>

namespace leakrig {

/// How many columns a line of output to `fd` has: COLUMNS where it is set, else the terminal's own width (TIOCGWINSZ),
/// else 80. At least 40.
std::size_t terminal_columns(int fd);

}  // namespace leakrig
