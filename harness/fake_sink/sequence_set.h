#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

namespace leakrig {

/// Which of a container's sequence numbers have arrived, as intervals: memory grows with the gaps, not with
/// the lines. At most kMaxIntervals: beyond that the lowest interval is settled, which keeps its count only;
/// a line that arrives below the settled end is then taken for a repetition.
class SequenceSet {
 public:
  static constexpr std::size_t kMaxIntervals = 4096;

  /// False if it was there already.
  bool insert(std::uint64_t sequence);
  /// How many of [first, end) have arrived. Settled lines count when the range reaches below the settled end.
  std::uint64_t count_in(std::uint64_t first, std::uint64_t end) const;
  std::size_t intervals() const { return intervals_.size(); }

 private:
  void settle_lowest();

  std::map<std::uint64_t, std::uint64_t> intervals_;  ///< first -> end, disjoint, never touching
  std::uint64_t settled_end_ = 0;
  std::uint64_t settled_count_ = 0;
};

}  // namespace leakrig
