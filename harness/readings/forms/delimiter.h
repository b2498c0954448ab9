#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace leakrig {

/// What stands between the cells of the lines in `head`: ',', ';', a tab or '|'; nothing (0) if none of them
/// does in each.
char delimiter_of(std::string_view head);

/// The line, from 1, of the header below a preamble of lines that are no rows, as tools write of themselves
/// ("Host:","web-1",,,"User:","root"). 1 where the table begins at once or it is not clear.
std::uint64_t line_of_header(std::string_view head, char delimiter);

/// The first lines of `head` that are whole, without blank ones; comments are left out unless asked for.
std::vector<std::string_view> first_lines(std::string_view head, std::size_t most,
                                          bool with_comments = false);

/// The pieces of a line between runs of blanks and tabs.
std::vector<std::string_view> blank_separated(std::string_view line);

}  // namespace leakrig
