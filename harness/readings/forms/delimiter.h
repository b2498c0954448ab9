#pragma once

#include <string_view>
#include <vector>

namespace leakrig {

/// What stands between the cells of the lines in `head`: ',', ';', a tab or '|'; nothing (0) if none of them
/// does in each.
char delimiter_of(std::string_view head);

/// The first lines of `head` that are whole, without blank ones; comments are left out unless asked for.
std::vector<std::string_view> first_lines(std::string_view head, std::size_t most,
                                          bool with_comments = false);

/// The pieces of a line between runs of blanks and tabs.
std::vector<std::string_view> blank_separated(std::string_view line);

}  // namespace leakrig
