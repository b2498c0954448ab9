#include "harness/fake_docker/http/detach_keys.h"

#include <utility>

namespace leakrig {
namespace {

/// "a" or "ctrl-a"; 0 for anything else.
char key_of(std::string_view text) {
  if (text.size() == 1) return text[0];
  constexpr std::string_view kControl = "ctrl-";
  if (!text.starts_with(kControl) || text.size() != kControl.size() + 1) return 0;
  const char letter = text.back();
  if (letter >= 'a' && letter <= 'z') return static_cast<char>(letter - 'a' + 1);
  constexpr std::string_view kOthers = "[\\]^_";
  const auto at = kOthers.find(letter);
  return at == std::string_view::npos ? '\0' : static_cast<char>(27 + at);
}

}  // namespace

std::optional<DetachKeys> DetachKeys::parse(std::string_view text) {
  if (text.empty()) text = "ctrl-p,ctrl-q";
  std::string keys;
  if (text.ends_with(',')) return std::nullopt;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const char key = key_of(text.substr(0, comma));
    if (key == 0) return std::nullopt;
    keys += key;
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return DetachKeys{std::move(keys)};
}

std::string DetachKeys::pass(std::string_view typed) {
  std::string input;
  for (const char c : typed) {
    if (detached()) break;
    if (c == keys_[matched_]) {
      ++matched_;
      continue;
    }
    input.append(keys_, 0, matched_);
    matched_ = c == keys_[0] ? 1 : 0;
    if (matched_ == 0) input += c;
  }
  return input;
}

}  // namespace leakrig
