#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// A line as a terminal shows it: without escape sequences, tabs as blanks.
std::string plain_line(std::string_view line);

/// Whether a line is a point in time and nothing else, as `date` writes it between the tables of a loop.
bool is_time_alone(std::string_view line);

/// The pieces between runs of at least two blanks: cells and names that have blanks in them.
std::vector<std::string_view> wide_separated(std::string_view line);

}  // namespace leakrig
