#include "harness/analysis/activity.h"

#include <algorithm>
#include <map>

#include "harness/core/metrics.h"
#include "harness/core/run_record.h"

namespace leakrig {
namespace {

/// A subject that used less of a CPU than this did nothing but exist. It must besides have been asked
/// nothing, and no count of it may have moved: a server that answers a hundred cheap requests may use less
/// than a tick.
constexpr double kIdleShareOfCpu = 0.0005;
/// The kernel counts CPU time in ticks of a hundredth of a second.
constexpr double kTick_s = 0.01;

/// A metric that was last read before this share of the run had passed has vanished.
constexpr double kVanishedBefore = 0.75;

struct Range {
  double first = 0;
  double least = 0;
  double most = 0;
  double last = 0;
  double last_s = 0;
  std::size_t readings = 0;
};

std::map<std::string, Range> ranges_of(const std::vector<Sample>& samples) {
  std::map<std::string, Range> ranges;
  for (const auto& sample : samples) {
    if (sample.due_s < 0) continue;
    for (const auto& [name, value] : sample.values) {
      Range& range = ranges.try_emplace(name, Range{value, value, value, value, 0, 0}).first->second;
      range.least = std::min(range.least, value);
      range.most = std::max(range.most, value);
      range.last = value;
      range.last_s = sample.t_s;
      ++range.readings;
    }
  }
  return ranges;
}

/// Metrics that were asked for, and those that were there and then were not. What is read at table rows only
/// is not missing between them.
std::vector<SilentMetric> silent_metrics(const std::map<std::string, Range>& ranges,
                                         const std::vector<std::string>& asked, double end_s) {
  std::size_t most = 0;
  for (const auto& [unused, range] : ranges) most = std::max(most, range.readings);

  std::vector<SilentMetric> silent;
  for (const auto& name : asked) {
    if (!ranges.contains(name)) silent.push_back({name, std::nullopt});
  }
  for (const auto& [name, range] : ranges) {
    const bool at_rows_only = static_cast<double>(range.readings) * 4 <
                              static_cast<double>(most) * range.last_s / std::max(end_s, 1.0);
    if (metric_info(name).judged != Judged::never && !at_rows_only && range.last_s < kVanishedBefore * end_s)
      silent.push_back({name, range.last_s / 60});
  }
  return silent;
}

}  // namespace

bool SubjectActivity::is_idle() const {
  if (!cpu_s || requests > 0 || counts_moved) return false;
  return *cpu_s <= std::max(kTick_s, kIdleShareOfCpu * wall_s);
}

SubjectActivity activity_of(const VariantRecord& record, const std::vector<std::string>& asked, double time_scale) {
  SubjectActivity activity;
  const auto ranges = ranges_of(record.samples);
  double end_s = 0;
  for (const auto& sample : record.samples) {
    if (!sample.missed) end_s = std::max(end_s, sample.t_s);
  }
  activity.wall_s = end_s / time_scale;
  for (const auto& [name, range] : ranges) {
    const MetricInfo info = metric_info(name);
    if (name == metric::kCpuSeconds) activity.cpu_s = range.last - range.first;
    if (name == metric::kUncountedChildren) activity.uncounted_children = range.most;
    if (info.judged != Judged::never && !info.is_bytes() && range.most != range.least)
      activity.counts_moved = true;
  }
  activity.requests = static_cast<std::uint64_t>(std::count_if(
      record.ledger.begin(), record.ledger.end(),
      [](const LedgerEntry& entry) { return entry.event == LedgerEvent::request_opened && entry.t_s >= 0; }));
  if (!ranges.empty()) activity.silent = silent_metrics(ranges, asked, end_s);
  return activity;
}

}  // namespace leakrig
