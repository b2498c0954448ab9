#include "harness/analysis/idle_timeline.h"

#include <algorithm>
#include <map>
#include <set>

namespace leakrig {

OrphanTimeline idle_timeline(const std::vector<LedgerEntry>& ledger,
                             const std::vector<ConnectionEvidence>& evidence, double end_s) {
  OrphanTimeline timeline;
  timeline.end_s = end_s;
  if (evidence.empty()) return timeline;
  std::map<std::pair<std::string, std::string>, ContainerLane> lanes;
  for (const auto& group : evidence.front().groups) {
    if (!group.is_idle) continue;
    for (const auto& span : spans_of(ledger, group, end_s, OrphanTimeline::kMostSpans)) {
      const auto name = span.container.empty() ? group.server : span.container;
      auto& lane = lanes[{name, sequence_text(group)}];
      lane.container = name;
      lane.request = sequence_text(group);
      lane.spans.push_back({span.opened_s, span.idle_since_s, std::nullopt});
      timeline.start_s = std::min(timeline.start_s, span.opened_s);
    }
  }
  std::set<std::string> names;
  for (auto& [key, lane] : lanes) {
    lane.opened = lane.orphans = lane.spans.size();
    timeline.spans += lane.opened;
    names.insert(lane.container);
    timeline.lanes.push_back(std::move(lane));
  }
  timeline.containers = names.size();
  std::stable_sort(timeline.lanes.begin(), timeline.lanes.end(),
                   [](const auto& a, const auto& b) { return a.orphans > b.orphans; });
  if (timeline.lanes.size() > OrphanTimeline::kMostLanes) timeline.lanes.resize(OrphanTimeline::kMostLanes);
  if (timeline.lanes.empty()) return timeline;
  const std::size_t each = OrphanTimeline::kMostSpans / timeline.lanes.size();
  for (auto& lane : timeline.lanes) {
    if (lane.spans.size() > each) lane.spans.resize(each);
  }
  return timeline;
}

}  // namespace leakrig
