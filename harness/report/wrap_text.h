#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace leakrig {

/// Appends `text` in lines of whole words, at most `width` columns each but where a word is longer; all but the first
/// begin with `indent` spaces. A number stays with its sign and its unit.
void wrap_text(const std::string& text, std::size_t width, std::vector<std::string>& lines, std::size_t indent = 2);

}  // namespace leakrig
