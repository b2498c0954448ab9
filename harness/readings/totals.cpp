#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "harness/readings/series_of_table.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostBins = 32768;

/// One member of a total over the minutes of the whole file.
class Member {
 public:
  Member(const ThinnedSeries& series, double begins) : series_(series.take()), begins_(begins) {}

  double first() const { return begins_ + series_.minutes.front(); }
  double last() const { return begins_ + series_.minutes.back(); }
  bool is_there(double minute, double width) const {
    return minute >= first() - width / 2 && minute <= last() + width / 2;
  }
  /// The reading of that minute, or the last before it. Minutes must ascend from call to call.
  double at(double minute, double width) {
    while (next_ + 1 < series_.minutes.size() && begins_ + series_.minutes[next_ + 1] <= minute + width / 2)
      ++next_;
    return series_.values[next_];
  }

 private:
  stats::Series series_;
  double begins_;
  std::size_t next_ = 0;
};

struct Members {
  std::vector<Member> values;
  std::vector<Member> counters;  ///< with --per, one a member
};

/// What is held sums up over those that are there; what was done by those that are gone was done.
void sum_up(Members& of, double step, ThinnedSeries& total) {
  double last = 0;
  for (const auto& member : of.values) last = std::max(last, member.last());
  const auto bins = static_cast<std::size_t>(std::min(last / step + 1, static_cast<double>(kMostBins)));
  const double width = bins > 1 ? last / static_cast<double>(bins - 1) : 1;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const double minute = width * static_cast<double>(bin);
    double held = 0;
    double done = 0;
    for (auto& member : of.values) held += member.is_there(minute, width) ? member.at(minute, width) : 0;
    for (auto& counter : of.counters)
      done += minute >= counter.first() - width / 2 ? counter.at(minute, width) : 0;
    total.add(of.counters.empty() ? minute : done, held, NAN);
  }
}

}  // namespace

void add_totals(FileReadings& readings) {
  std::vector<std::string> names;
  for (const auto& series : readings.series) {
    if (!series.of.empty() && std::find(names.begin(), names.end(), series.name) == names.end())
      names.push_back(series.name);
  }
  for (const auto& name : names) {
    Members members;
    Dimension dimension = Dimension::count;
    for (const auto& series : readings.series) {
      if (series.name != name || series.total) continue;
      const double begins = (series.from_s - readings.from_s) / 60;
      members.values.emplace_back(readings.per.empty() ? series.values : series.by_time, begins);
      if (!readings.per.empty()) members.counters.emplace_back(series.counter_by_time, begins);
      dimension = series.dimension;
    }
    const bool sums = dimension == Dimension::count || dimension == Dimension::bytes;
    if (members.values.size() < 2 || !sums) continue;
    SampleSeries total;
    total.name = name;
    total.dimension = dimension;
    total.total = true;
    total.from_s = readings.from_s;
    sum_up(members, std::max(readings.step_s / 60, 1e-9), total.values);
    readings.series.push_back(std::move(total));
  }
}

}  // namespace leakrig
