#include "harness/fake_sink/delivery_tracker.h"

#include <algorithm>

namespace leakrig {

void DeliveryTracker::start_window(Nanos due_epoch_from) {
  due_from_ = due_epoch_from;
  containers_.clear();
  latency_ = {};
}

void DeliveryTracker::observe(const LogMarker& marker, Nanos accepted_epoch) {
  if (marker.due_epoch < due_from_) return;
  auto at = containers_.find(marker.container);
  if (at == containers_.end()) {
    if (containers_.size() == kMostContainers) return;
    const Container fresh{{}, marker.sequence, marker.sequence, 0};
    at = containers_.emplace(std::string{marker.container}, fresh).first;
  }
  at->second.first = std::min(at->second.first, marker.sequence);
  at->second.end = std::max(at->second.end, marker.sequence + 1);
  if (!at->second.seen.insert(marker.sequence)) {
    ++at->second.duplicates;
    return;
  }
  const auto wall = std::max(Nanos{0}, accepted_epoch - marker.due_epoch);
  latency_.add(from_seconds(to_seconds(wall) * time_scale_));
}

Delivery DeliveryTracker::delivery(const std::map<std::string, SequenceRange>& written) const {
  Delivery result;
  for (const auto& [name, range] : written) {
    const auto lines = range.end > range.first ? range.end - range.first : 0;
    result.lines_written += lines;
    const auto at = containers_.find(name);
    if (at == containers_.end()) continue;
    result.lines_delivered += at->second.seen.count_in(range.first, range.end);
    result.lines_duplicated += at->second.duplicates;
  }
  result.lines_lost = result.lines_written - result.lines_delivered;
  result.latency_p50_ms = latency_.quantile_ms(0.50);
  result.latency_p99_ms = latency_.quantile_ms(0.99);
  return result;
}

std::vector<SeenLines> DeliveryTracker::seen() const {
  std::vector<SeenLines> all;
  for (const auto& [name, one] : containers_)
    all.push_back({name, one.first, one.end, one.seen.count_in(one.first, one.end), one.duplicates});
  return all;
}

}  // namespace leakrig
