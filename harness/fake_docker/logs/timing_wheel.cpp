#include "harness/fake_docker/logs/timing_wheel.h"

#include <algorithm>

namespace leakrig {

void TimingWheel::add(std::uint32_t id, std::uint64_t tick) {
  tick = std::max(tick, cursor_ + 1);
  slots_[tick % kSlots].push_back({tick, id});
  ++count_;
}

void TimingWheel::collect(std::uint64_t now, std::vector<std::uint32_t>& due) {
  if (now <= cursor_) return;
  const auto steps = std::min(now - cursor_, kSlots);
  for (std::uint64_t step = 1; step <= steps && count_ > 0; ++step) {
    auto& slot = slots_[(cursor_ + step) % kSlots];
    const auto kept =
        std::partition(slot.begin(), slot.end(), [now](const Entry& entry) { return entry.tick > now; });
    for (auto entry = kept; entry != slot.end(); ++entry) due.push_back(entry->id);
    count_ -= static_cast<std::size_t>(slot.end() - kept);
    slot.erase(kept, slot.end());
  }
  cursor_ = now;
}

std::optional<std::uint64_t> TimingWheel::next() const {
  if (count_ == 0) return std::nullopt;
  for (std::uint64_t step = 1; step <= kSlots; ++step) {
    if (!slots_[(cursor_ + step) % kSlots].empty()) return cursor_ + step;
  }
  return std::nullopt;
}

}  // namespace leakrig
