#include "harness/core/placeholders.h"

#include <functional>

namespace leakrig {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_name(char c) {
  return is_lower(c) || (c >= '0' && c <= '9') || c == '_';
}
bool is_argument(char c) {
  return is_name(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '/';
}

/// The length of "name" or "name:argument" at the beginning of `text`, if a brace follows; else 0.
std::size_t placeholder_length(std::string_view text) {
  if (text.empty() || !is_lower(text.front())) return 0;
  std::size_t at = 0;
  while (at < text.size() && is_name(text[at])) ++at;
  if (at < text.size() && text[at] == ':') {
    const std::size_t argument = ++at;
    while (at < text.size() && is_argument(text[at])) ++at;
    if (at == argument) return 0;
  }
  return at < text.size() && text[at] == '}' ? at : 0;
}

/// Hands the text on in pieces: what stands as it is, and each placeholder.
void split(std::string_view text, const std::function<void(std::string_view)>& plain,
           const std::function<void(std::string_view)>& placeholder) {
  std::size_t from = 0;
  std::size_t at = 0;
  while ((at = text.find('{', at)) != std::string_view::npos) {
    if (at > 0 && text[at - 1] == '$') {
      ++at;
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == '{') {
      const std::size_t length = placeholder_length(text.substr(at + 2));
      if (length != 0 && text.substr(at + 2 + length, 2) == "}}") {
        plain(text.substr(from, at - from));
        plain(text.substr(at + 1, length + 2));
        from = at = at + length + 4;
        continue;
      }
    } else if (const std::size_t length = placeholder_length(text.substr(at + 1)); length != 0) {
      plain(text.substr(from, at - from));
      placeholder(text.substr(at + 1, length));
      from = at = at + length + 2;
      continue;
    }
    ++at;
  }
  plain(text.substr(from));
}

}  // namespace

std::vector<std::string> placeholders_in(std::string_view text) {
  std::vector<std::string> found;
  split(
      text, [](std::string_view) {}, [&](std::string_view name) { found.emplace_back(name); });
  return found;
}

std::string fill_placeholders(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  split(
      text, [&](std::string_view plain) { filled += plain; },
      [&](std::string_view name) {
        const auto value = values.find(std::string{name});
        if (value == values.end()) {
          filled.append("{").append(name).append("}");
        } else {
          filled += value->second;
        }
      });
  return filled;
}

}  // namespace leakrig
