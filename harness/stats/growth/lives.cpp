#include "harness/stats/growth/lives.h"

#include <fmt/format.h>

#include "harness/stats/replicates.h"

namespace leakrig::stats {

std::vector<Series> lives_of(const Series& series) {
  std::vector<Series> lives(1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < series.minutes.size(); ++i) {
    while (next < series.life_starts.size() && series.minutes[i] >= series.life_starts[next]) {
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
  Growth growth = combine_replicates(each, options, "lives");
  growth.lives = lives.size();
  growth.span_minutes = series.minutes.back() - series.minutes.front();
  growth.warmup_minutes = 0;
  if (lives.size() > 1) {
    growth.adjusted_for = {fmt::format("{} restarts", lives.size() - 1)};
    growth.plateau_from_minutes.reset();
    growth.plateau_level.reset();
  }
  return growth;
}

}  // namespace leakrig::stats
