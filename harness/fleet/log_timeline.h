#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "harness/core/clock.h"

namespace leakrig {

/// When each line of one container is due: a list of runs, each with lines at a steady rate, whose sequence
/// numbers continue without a gap. Nothing is stored a line. Only the newest kMaxRuns runs are kept, as a
/// rotated log forgets its oldest lines. Times are scenario time.
class LogTimeline {
 public:
  static constexpr std::size_t kMaxRuns = 65536;
  static constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();

  /// `phase` in [0, 1): the part of an interval before a run's first line, so that containers do not write in
  /// step.
  explicit LogTimeline(double phase = 0) : phase_(phase) {}

  /// Begins a run; the last one must have been closed, and `start` must not lie before its end.
  void open(Nanos start, double lines_per_s);
  /// Adds lines that are due at `at` and then each microsecond, or right after those added before; an open run ends.
  /// Returns the first one's number.
  std::uint64_t append(Nanos at, std::uint64_t lines);
  /// When the last line that was appended is due; nothing is due before.
  Nanos appended_until() const { return appended_until_; }
  /// Lines before this one are known no more.
  void forget_before(std::uint64_t sequence);
  /// Ends the run: lines due at or before `end` have been written.
  void close(Nanos end);
  bool is_open() const { return !runs_.empty() && runs_.back().is_open; }

  /// The oldest line still known; equals written_until() of any time where there is none.
  std::uint64_t first() const { return runs_.empty() ? 0 : std::max(runs_.front().first, forgotten_); }
  /// Nothing for a forgotten line, and for one that no known run will write.
  std::optional<Nanos> due(std::uint64_t sequence) const;
  /// How many lines are due by `time` (inclusive), counted from 0: the sequence number of the next.
  std::uint64_t written_until(Nanos time) const;
  /// The first known line due at `time` or later, which may be a future line of the open run; else the number
  /// after the last.
  std::uint64_t first_due_at_or_after(Nanos time) const;

 private:
  struct Run {
    Nanos start{0};  ///< of its first line
    double lines_per_s = 0;
    std::uint64_t first = 0;
    std::uint64_t end = 0;  ///< meaningful once closed
    std::uint64_t limit = kEndless;
    bool is_open = true;
    Nanos due(std::uint64_t sequence) const;
    /// Lines due strictly before `time`, as if the run never ended.
    std::uint64_t count_before(Nanos time) const;
  };
  void begin(Run run);
  /// The last run that begins with this line or an earlier one.
  const Run* run_of(std::uint64_t sequence) const;
  std::uint64_t end_of_closed() const;

  double phase_;
  std::uint64_t forgotten_ = 0;
  Nanos appended_until_ = Nanos::min();
  std::vector<Run> runs_;
};

}  // namespace leakrig
