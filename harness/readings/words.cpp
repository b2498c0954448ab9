#include "harness/readings/words.h"
#include "harness/readings/numbers.h"

namespace leakrig {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

/// Whether a word begins at `at`, within letters: "heapUsed", "GCHeap", but not the plural of "PIDs".
bool begins_word(std::string_view name, std::size_t at) {
  if (at == 0 || !is_upper(name[at])) return false;
  const char before = name[at - 1];
  if (is_lower(before) || is_digit(before)) return true;
  const bool plural =
      at + 1 < name.size() && name[at + 1] == 's' && (at + 2 == name.size() || !is_lower(name[at + 2]));
  return is_upper(before) && at + 1 < name.size() && is_lower(name[at + 1]) && !plural;
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool open = false;
  const auto put = [&](char c, bool begins) {
    if (!open || begins) words.emplace_back();
    words.back() += c;
    open = true;
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (is_lower(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80) {
      put(c, false);
    } else if (is_upper(c)) {
      put(static_cast<char>(c - 'A' + 'a'), begins_word(name, i));
    } else {
      open = false;
      if (c == '%') words.emplace_back("%");
      const bool input_output = i > 0 && i + 1 < name.size() && lower_case(name.substr(i - 1, 3)) == "i/o";
      if (c == '/' && !input_output && i > 0 && i + 1 < name.size() &&
          (is_lower(name[i + 1]) || is_upper(name[i + 1])) && name[i - 1] != ' ')
        words.emplace_back("per");
    }
  }
  return words;
}

std::string joined_words(std::string_view name) {
  std::string joined;
  for (const auto& word : words_of(name)) joined += (joined.empty() ? "" : "_") + word;
  return joined;
}

std::string lower_case(std::string_view text) {
  std::string lower{text};
  for (char& c : lower) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace leakrig
