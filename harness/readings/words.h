#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

/// The words of a column's name in lower case: "heapUsed" is heap, used; "GC Heap Size (MB)" is gc, heap,
/// size, mb; a "%" is a word, and "/s" is the word "per" and the word "s".
std::vector<std::string> words_of(std::string_view name);

/// The words joined by "_".
std::string joined_words(std::string_view name);

inline bool has_word(const std::vector<std::string>& words, std::initializer_list<std::string_view> wanted) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
  });
}

inline bool is_one_of(std::string_view word, std::initializer_list<std::string_view> wanted) {
  return std::find(wanted.begin(), wanted.end(), word) != wanted.end();
}

std::string lower_case(std::string_view text);
std::string_view trimmed(std::string_view text);

}  // namespace leakrig
