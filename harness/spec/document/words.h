#pragma once

#include <optional>
#include <string>
#include <vector>

namespace leakrig {

/// The candidate with the smallest edit distance to `word`, if it is near enough to be a slip of the pen; or
/// what `word` is an alias of, where people who know other tools write it so ("cwd": "working_directory").
std::optional<std::string> nearest_word(const std::string& word, const std::vector<std::string>& candidates);

/// For a message: ", did you mean "fleet"?", or nothing.
std::string hint(const std::string& word, const std::vector<std::string>& candidates);

/// The same with what there is: ", did you mean "a"?; there are: a, b".
std::string hint_with_list(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace leakrig
