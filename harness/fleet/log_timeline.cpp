#include "harness/fleet/log_timeline.h"

#include <algorithm>
#include <cmath>

namespace leakrig {
namespace {

/// Further off than any time that is asked about, and far from what Nanos can hold.
constexpr double kFarNanos = 4e18;

Nanos after_lines(double lines, double lines_per_s) {
  return Nanos{std::llround(std::min(lines * 1e9 / lines_per_s, kFarNanos))};
}

}  // namespace

Nanos LogTimeline::Run::due(std::uint64_t sequence) const {
  return start + after_lines(static_cast<double>(sequence - first), lines_per_s);
}

std::uint64_t LogTimeline::Run::count_before(Nanos time) const {
  if (lines_per_s <= 0 || time <= start) return 0;
  time = std::min(time, start + Nanos{static_cast<Nanos::rep>(kFarNanos)});
  if (limit != kEndless && due(first + limit) < time) return limit;
  // Floating point finds the neighbourhood; due() itself decides, so that both directions always agree.
  const auto estimate = std::floor(static_cast<double>((time - start).count()) * lines_per_s / 1e9);
  auto count = static_cast<std::uint64_t>(std::max(0.0, estimate));
  while (count > 0 && due(first + count - 1) >= time) --count;
  while (due(first + count) < time) ++count;
  return std::min(count, limit);
}

void LogTimeline::open(Nanos start, double lines_per_s) {
  Run run;
  run.lines_per_s = lines_per_s;
  run.start = lines_per_s > 0 ? start + after_lines(phase_, lines_per_s) : start;
  begin(run);
}

std::uint64_t LogTimeline::append(Nanos at, std::uint64_t lines) {
  constexpr double kPerSecond = 1e6;
  close(at);
  Run run;
  run.lines_per_s = kPerSecond;
  run.start = std::max(at, appended_until_ == Nanos::min() ? at : appended_until_ + std::chrono::microseconds{1});
  run.limit = lines;
  begin(run);
  auto& last = runs_.back();
  last.end = last.first + lines;
  last.is_open = false;
  appended_until_ = last.due(last.end - 1);
  return last.first;
}

void LogTimeline::forget_before(std::uint64_t sequence) {
  forgotten_ = std::max(forgotten_, sequence);
  constexpr std::ptrdiff_t kWorthIt = 256;
  auto known = runs_.begin();
  while (known != runs_.end() && !known->is_open && known->end <= forgotten_) ++known;
  // The last run says where numbers go on.
  if (known == runs_.end() && known != runs_.begin()) --known;
  if (known - runs_.begin() >= kWorthIt) runs_.erase(runs_.begin(), known);
}

void LogTimeline::begin(Run run) {
  run.first = end_of_closed();
  if (runs_.size() == kMaxRuns) runs_.erase(runs_.begin());
  runs_.push_back(run);
}

const LogTimeline::Run* LogTimeline::run_of(std::uint64_t sequence) const {
  // Runs without a line begin where the next does; the last of them is the one that may still write it.
  const auto after =
      std::upper_bound(runs_.begin(), runs_.end(), sequence,
                       [](std::uint64_t wanted, const Run& run) { return wanted < run.first; });
  return after == runs_.begin() ? nullptr : &*std::prev(after);
}

void LogTimeline::close(Nanos end) {
  if (!is_open()) return;
  auto& run = runs_.back();
  run.end = run.first + run.count_before(end + Nanos{1});
  run.is_open = false;
}

std::uint64_t LogTimeline::end_of_closed() const {
  return runs_.empty() ? 0 : runs_.back().end;
}

std::optional<Nanos> LogTimeline::due(std::uint64_t sequence) const {
  if (sequence < forgotten_) return std::nullopt;
  const auto* const run = run_of(sequence);
  if (run == nullptr) return std::nullopt;
  if (run->is_open ? run->lines_per_s <= 0 || sequence - run->first >= run->limit : sequence >= run->end)
    return std::nullopt;
  return run->due(sequence);
}

std::uint64_t LogTimeline::written_until(Nanos time) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), time,
                                      [](Nanos wanted, const Run& run) { return wanted < run.start; });
  if (after == runs_.begin()) return first();
  const auto& run = *std::prev(after);
  const auto written = run.first + run.count_before(time + Nanos{1});
  return std::max(forgotten_, run.is_open ? written : std::min(written, run.end));
}

std::uint64_t LogTimeline::first_due_at_or_after(Nanos time) const {
  // The run that was writing then, or the first later one with such a line.
  auto run = std::upper_bound(runs_.begin(), runs_.end(), time,
                              [](Nanos wanted, const Run& each) { return wanted < each.start; });
  if (run != runs_.begin()) --run;
  for (; run != runs_.end(); ++run) {
    const auto candidate = run->first + run->count_before(time);
    if (run->is_open || candidate < run->end) return std::max(forgotten_, candidate);
  }
  return end_of_closed();
}

}  // namespace leakrig
