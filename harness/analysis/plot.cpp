#include "harness/analysis/plot.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace leakrig {
namespace {

using LaneKey = std::pair<std::string, std::string>;  // container, request

bool is_orphan(const StreamSpan& span) {
  return span.superseded_s && !span.closed_s;
}

std::map<LaneKey, ContainerLane> lanes_of(const std::vector<LedgerEntry>& ledger, double end_s) {
  struct Place {
    LaneKey lane;
    std::size_t span = 0;
  };
  std::map<LaneKey, ContainerLane> lanes;
  std::map<std::uint64_t, Place> open;
  std::map<std::tuple<LaneKey, pid_t>, std::size_t> newest;
  for (const auto& entry : ledger) {
    if (entry.server != "docker" || entry.container.empty() || entry.t_s > end_s) continue;
    const LaneKey key{entry.container, entry.endpoint};
    if (entry.event == LedgerEvent::request_opened) {
      ContainerLane& lane = lanes[key];
      const auto index = lane.spans.size();
      lane.spans.push_back({entry.t_s, std::nullopt, std::nullopt});
      open[entry.request] = {key, index};
      const auto [previous, first] = newest.try_emplace({key, entry.peer_pid}, index);
      if (!first) {
        StreamSpan& older = lane.spans[previous->second];
        if (!older.closed_s) older.superseded_s = entry.t_s;
        previous->second = index;
      }
    } else if (entry.event == LedgerEvent::request_closed) {
      const auto found = open.find(entry.request);
      if (found == open.end()) continue;
      lanes[found->second.lane].spans[found->second.span].closed_s = entry.t_s;
      open.erase(found);
    }
  }
  return lanes;
}

/// Orphans first, and of both the oldest.
void keep_spans(ContainerLane& lane, std::size_t most) {
  if (lane.spans.size() <= most) return;
  std::stable_partition(lane.spans.begin(), lane.spans.end(), is_orphan);
  lane.spans.resize(most);
  std::sort(lane.spans.begin(), lane.spans.end(),
            [](const auto& a, const auto& b) { return a.opened_s < b.opened_s; });
}

}  // namespace

std::vector<PlotPoint> thinned(const std::vector<PlotPoint>& points, std::size_t most) {
  if (points.size() <= most) return points;
  const std::size_t windows = std::max<std::size_t>(1, (most - 2) / 2);
  const std::size_t inner = points.size() - 2;
  std::vector<PlotPoint> out{points.front()};
  for (std::size_t w = 0; w < windows; ++w) {
    const auto from = points.begin() + 1 + static_cast<std::ptrdiff_t>(inner * w / windows);
    const auto to = points.begin() + 1 + static_cast<std::ptrdiff_t>(inner * (w + 1) / windows);
    if (from == to) continue;
    const auto [least, greatest] = std::minmax_element(
        from, to, [](const PlotPoint& a, const PlotPoint& b) { return a.value < b.value; });
    out.push_back(*std::min(least, greatest));
    if (least != greatest) out.push_back(*std::max(least, greatest));
  }
  out.push_back(points.back());
  return out;
}

std::vector<PlotPoint> plot_points(const std::vector<Sample>& samples, const std::string& metric) {
  std::vector<PlotPoint> points;
  for (const auto& sample : samples) {
    const auto value = sample.values.find(metric);
    if (value != sample.values.end()) points.push_back({sample.t_s / 60, value->second});
  }
  return points;
}

OrphanTimeline orphan_timeline(const std::vector<LedgerEntry>& ledger, double end_s) {
  OrphanTimeline timeline;
  timeline.end_s = end_s;
  auto lanes = lanes_of(ledger, end_s);
  std::set<std::string> left_open;
  for (const auto& [key, lane] : lanes) {
    const bool any =
        std::any_of(lane.spans.begin(), lane.spans.end(), [](const auto& s) { return !s.closed_s; });
    if (any) left_open.insert(key.second);
  }
  std::set<std::string> containers;
  for (auto& [key, lane] : lanes) {
    if (!left_open.contains(key.second)) continue;
    std::tie(lane.container, lane.request) = key;
    lane.opened = lane.spans.size();
    lane.orphans = static_cast<std::size_t>(std::count_if(lane.spans.begin(), lane.spans.end(), is_orphan));
    containers.insert(lane.container);
    timeline.spans += lane.opened;
    timeline.start_s = std::min(timeline.start_s, lane.spans.front().opened_s);
    timeline.lanes.push_back(std::move(lane));
  }
  timeline.containers = containers.size();
  std::stable_sort(timeline.lanes.begin(), timeline.lanes.end(),
                   [](const auto& a, const auto& b) { return a.orphans > b.orphans; });
  if (timeline.lanes.size() > OrphanTimeline::kMostLanes) timeline.lanes.resize(OrphanTimeline::kMostLanes);
  if (timeline.lanes.empty()) return timeline;
  const std::size_t each = OrphanTimeline::kMostSpans / timeline.lanes.size();
  for (auto& lane : timeline.lanes) keep_spans(lane, each);
  return timeline;
}

}  // namespace leakrig
