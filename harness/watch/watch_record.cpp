#include "harness/watch/watch_record.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/core/run_record.h"
#include "harness/core/units.h"
#include "harness/run/environment.h"

namespace leakrig {
namespace {

constexpr const char* kWatched = "watched";

/// What lies a rounding error below a whole number counts as that.
std::int64_t whole_steps(double seconds, Nanos step) {
  return static_cast<std::int64_t>(std::floor(seconds / to_seconds(step) + 1e-6));
}

}  // namespace

WatchRecord::WatchRecord(nlohmann::json scenario, const WatchSchedule& schedule,
                         const std::optional<std::filesystem::path>& directory, pid_t pid)
    : schedule_(schedule) {
  run_.scenario = document_without_logins(std::move(scenario));
  describe_sampling();
  run_.environment = describe_environment();
  run_.variants.emplace_back();
  run_.variants.front().name = kWatched;
  run_.variants.front().subject_pid = pid;
  if (!directory) return;
  files_.emplace(*directory, run_.scenario, run_.environment, std::vector<std::string>{kWatched});
  lines_.emplace(*files_, kWatched);
  lines_->begin(pid);
}

WatchRecord::Place WatchRecord::place_of(const Sample& sample) const {
  Place place{whole_steps(sample.due_s, schedule_.resolution), -1};
  const auto row = whole_steps(sample.due_s, schedule_.every);
  if (!sample.missed && row > last_row_) place.row = row;
  return place;
}

bool WatchRecord::is_kept(const Place& place) const {
  return place.slot % every_nth_ == 0 || (place.row >= 0 && place.row % every_nth_row_ == 0);
}

bool WatchRecord::add(const Sample& sample) {
  Place place = place_of(sample);
  const bool row = place.row >= 0;
  if (row) last_row_ = place.row;
  if (!is_kept(place)) return row;
  Sample kept = sample;
  kept.variant = kWatched;
  if (row && place.row % every_nth_row_ != 0) {
    kept.groups.clear();
    place.row = -1;
  }
  if (files_) files_->append_sample(to_json(kept));
  run_.variants.front().samples.push_back(std::move(kept));
  places_.push_back(place);
  thin();
  return row;
}

void WatchRecord::thin() {
  const auto rows = static_cast<std::size_t>(
      std::count_if(places_.begin(), places_.end(), [](const Place& p) { return p.row >= 0; }));
  const bool many_rows = rows > kMostRows;
  const bool many_samples = places_.size() > kMostSamples;
  if (!many_rows && !many_samples) return;
  if (many_rows) every_nth_row_ *= 2;
  if (many_samples) every_nth_ *= 2;

  auto& samples = run_.variants.front().samples;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!is_kept(places_[i])) continue;
    if (kept != i) samples[kept] = std::move(samples[i]);
    places_[kept] = places_[i];
    if (places_[kept].row >= 0 && places_[kept].row % every_nth_row_ != 0) {
      places_[kept].row = -1;
      samples[kept].groups.clear();
    }
    ++kept;
  }
  samples.resize(kept);
  places_.resize(kept);
  describe_sampling();
  if (files_) files_->rewrite(run_.scenario, samples);
}

void WatchRecord::describe_sampling() {
  run_.scenario["sampling"] = {{"warmup", format_duration(schedule_.warmup)},
                               {"duration", format_duration(schedule_.duration)},
                               {"every", format_duration(schedule_.every * every_nth_row_)},
                               {"resolution", format_duration(schedule_.resolution * every_nth_)},
                               {"time_scale", 1}};
}

void WatchRecord::end(Outcome outcome, const std::string& detail, double wall_s) {
  VariantRecord& watched = run_.variants.front();
  watched.outcome = outcome;
  watched.detail = detail;
  watched.wall_s = wall_s;
  if (lines_) lines_->end(outcome, detail, wall_s);
}

void WatchRecord::check() const {
  if (files_) files_->check();
}

}  // namespace leakrig
