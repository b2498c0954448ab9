#include "harness/stats/growth/lives.h"

#include <algorithm>

#include <fmt/format.h>

#include "harness/stats/growth/robust.h"
#include "harness/stats/replicates.h"

namespace leakrig::stats {

namespace {

constexpr std::size_t kFewestForGaps = 8;
constexpr double kTimesUsual = 10;    ///< a few readings that are missing are no gap
constexpr double kShareOfSpan = 0.2;  ///< what happens in less of the span is seen by what is left of it

}  // namespace

std::vector<double> ends_of_gaps(const Series& series) {
  std::vector<double> ends;
  if (series.minutes.size() < kFewestForGaps) return ends;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < series.minutes.size(); ++i)
    gaps.push_back(series.minutes[i] - series.minutes[i - 1]);
  const double least = std::max(kTimesUsual * median(gaps),
                                kShareOfSpan * (series.minutes.back() - series.minutes.front()));
  for (std::size_t i = 1; i < series.minutes.size(); ++i) {
    if (gaps[i - 1] >= least) ends.push_back(series.minutes[i]);
  }
  return ends;
}

std::vector<Series> lives_of(const Series& series) {
  std::vector<double> starts = ends_of_gaps(series);
  starts.insert(starts.end(), series.life_starts.begin(), series.life_starts.end());
  std::sort(starts.begin(), starts.end());
  std::vector<Series> lives(1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < series.minutes.size(); ++i) {
    while (next < starts.size() && series.minutes[i] >= starts[next]) {
      if (!lives.back().minutes.empty()) lives.emplace_back();
      ++next;
    }
    Series& life = lives.back();
    life.cycle_minutes = series.cycle_minutes;
    life.minutes.push_back(series.minutes[i]);
    life.values.push_back(series.values[i]);
    if (!series.containers.empty()) life.containers.push_back(series.containers[i]);
  }
  return lives;
}

Growth assess_lives(const Series& series, const GrowthOptions& options) {
  const std::vector<Series> lives = lives_of(series);
  std::vector<Replicate> each;
  for (const Series& life : lives) {
    each.push_back({assess_growth(life, options), life.minutes.back() - life.minutes.front()});
  }
  const std::size_t gaps = ends_of_gaps(series).size();
  Growth growth = combine_replicates(each, options, gaps > 0 ? "parts" : "lives");
  growth.lives = std::max<std::size_t>(1, lives.size() - gaps);
  growth.span_minutes = series.minutes.back() - series.minutes.front();
  growth.warmup_minutes = 0;
  growth.adjusted_for.clear();
  if (growth.lives > 1) growth.adjusted_for.push_back(fmt::format("{} restarts", growth.lives - 1));
  if (gaps > 0) growth.adjusted_for.push_back(fmt::format("{} long gap{}", gaps, gaps > 1 ? "s" : ""));
  growth.plateau_from_minutes.reset();
  growth.plateau_level.reset();
  return growth;
}

}  // namespace leakrig::stats
