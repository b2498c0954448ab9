#include "harness/fake_sink/sequence_set.h"

#include <algorithm>
#include <iterator>

namespace leakrig {

bool SequenceSet::insert(std::uint64_t sequence) {
  if (sequence < settled_end_) return false;
  const auto after = intervals_.upper_bound(sequence);
  auto at = intervals_.end();
  if (after != intervals_.begin()) {
    const auto before = std::prev(after);
    if (sequence < before->second) return false;
    if (sequence == before->second) {
      before->second = sequence + 1;
      at = before;
    }
  }
  if (at == intervals_.end()) at = intervals_.emplace_hint(after, sequence, sequence + 1);
  const auto next = std::next(at);
  if (next != intervals_.end() && next->first == at->second) {
    at->second = next->second;
    intervals_.erase(next);
  }
  if (intervals_.size() > kMaxIntervals) settle_lowest();
  return true;
}

std::uint64_t SequenceSet::count_in(std::uint64_t first, std::uint64_t end) const {
  std::uint64_t count = first < settled_end_ ? settled_count_ : 0;
  for (const auto& [from, to] : intervals_) {
    const auto low = std::max(from, first);
    const auto high = std::min(to, end);
    if (low < high) count += high - low;
  }
  return std::min(count, end > first ? end - first : 0);
}

void SequenceSet::settle_lowest() {
  const auto lowest = intervals_.begin();
  settled_count_ += lowest->second - lowest->first;
  settled_end_ = lowest->second;
  intervals_.erase(lowest);
}

}  // namespace leakrig
