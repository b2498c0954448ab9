#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// Finds the keys that detach from a terminal in what is typed. Keys that turn out to be something else are passed on.
class DetachKeys {
 public:
  /// "ctrl-p,ctrl-q" and the like (moby term.ToBytes); that one if empty. Nothing for what is none.
  static std::optional<DetachKeys> parse(std::string_view text);

  /// What of `typed` is input. After the keys nothing is.
  std::string pass(std::string_view typed);
  bool detached() const { return matched_ == keys_.size(); }

 private:
  explicit DetachKeys(std::string keys) : keys_(std::move(keys)) {}
  std::string keys_;
  std::size_t matched_ = 0;
};

}  // namespace leakrig
