#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/fleet/log_timeline.h"

namespace leakrig {

/// A line that a process said, as its log has it.
struct SaidLine {
  enum class End { newline, none, output };  ///< `none`: its message is full; `output`: nothing came after it
  std::uint64_t sequence = 0;
  int stream = 1;
  std::string text;  ///< without its line end
  End end = End::newline;
};

/// What the processes of a container said, line by line, under the sequence numbers of its timeline. Bounded: the oldest
/// lines are forgotten, as a rotated log forgets them.
class SaidLog {
 public:
  /// dockerd's copier makes a message of so much without a line end (moby daemon/logger/copier.go).
  static constexpr std::size_t kLongestMessage = 16 * 1024;
  static constexpr std::size_t kMostBytes = 1U << 20U;

  /// Cuts `text` into lines, due at `at` or, where lines are still to come, right after those.
  void add(int stream, std::string_view text, Nanos at, LogTimeline& timeline);
  /// What has no line end is a line now: its process has ended.
  void flush(Nanos at, LogTimeline& timeline);
  /// The line of this number; nothing if it is not one that was said.
  const SaidLine* find(std::uint64_t sequence) const;
  /// What a stream has said after its last whole line.
  const std::string& unfinished(int stream) const { return unfinished_[stream == 2 ? 1 : 0]; }
  bool empty() const { return lines_.empty(); }
  std::size_t bytes() const { return bytes_; }
  /// Forgets lines until no more than this is held; those before the number are gone for the timeline too.
  void shrink_to(std::size_t bytes, LogTimeline& timeline);

 private:
  void keep(std::vector<SaidLine> made, Nanos at, LogTimeline& timeline);

  std::deque<SaidLine> lines_;
  std::string unfinished_[2];
  std::size_t bytes_ = 0;
};

}  // namespace leakrig
