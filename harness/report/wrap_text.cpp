#include "harness/report/wrap_text.h"

#include <algorithm>

namespace leakrig {
namespace {

/// A number stays with its sign and unit: "< 0.1 %", "13.2 MiB/min".
bool belongs_to_the_word_before(const std::string& word, const std::string& before) {
  return word == " %" || word.starts_with(" MiB") || word.starts_with(" KiB") || word.starts_with(" GiB") ||
         before.ends_with(" <") || before.ends_with(" >");
}

}  // namespace

void wrap_text(const std::string& text, std::size_t width, std::vector<std::string>& lines, std::size_t indent) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto begin = text.find_first_not_of(' ', at);
    if (begin == std::string::npos) break;  // blanks at the end
    const auto end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(at, end - at);
    if (!words.empty() && belongs_to_the_word_before(word, words.back())) {
      words.back() += word;
    } else {
      words.push_back(word);
    }
    at = end;
  }
  std::string line;
  for (const auto& word : words) {
    if (!line.empty() && line.size() + word.size() > width) {
      lines.push_back(line);
      line = std::string(indent, ' ') + word.substr(word.find_first_not_of(' '));
    } else {
      line += word;
    }
  }
  if (!line.empty()) lines.push_back(line);
}

}  // namespace leakrig
