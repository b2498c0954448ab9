#include "harness/fleet/log_timeline.h"

#include <algorithm>
#include <cmath>

namespace leakrig {
namespace {

Nanos after_lines(double lines, double lines_per_s) {
  return Nanos{std::llround(lines * 1e9 / lines_per_s)};
}

}  // namespace

Nanos LogTimeline::Run::due(std::uint64_t sequence) const {
  return start + after_lines(static_cast<double>(sequence - first), lines_per_s);
}

std::uint64_t LogTimeline::Run::count_before(Nanos time) const {
  if (lines_per_s <= 0 || time <= start) return 0;
  // Floating point finds the neighbourhood; due() itself decides, so that both directions always agree.
  const auto estimate = std::floor(static_cast<double>((time - start).count()) * lines_per_s / 1e9);
  auto count = static_cast<std::uint64_t>(std::max(0.0, estimate));
  while (count > 0 && due(first + count - 1) >= time) --count;
  while (due(first + count) < time) ++count;
  return count;
}

void LogTimeline::open(Nanos start, double lines_per_s) {
  Run run;
  run.lines_per_s = lines_per_s;
  run.start = lines_per_s > 0 ? start + after_lines(phase_, lines_per_s) : start;
  run.first = end_of_closed();
  if (runs_.size() == kMaxRuns) runs_.erase(runs_.begin());
  runs_.push_back(run);
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
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    if (sequence < run->first) continue;
    if (run->is_open ? run->lines_per_s <= 0 : sequence >= run->end) return std::nullopt;
    return run->due(sequence);
  }
  return std::nullopt;
}

std::uint64_t LogTimeline::written_until(Nanos time) const {
  for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) {
    if (run->start > time) continue;
    const auto written = run->first + run->count_before(time + Nanos{1});
    return run->is_open ? written : std::min(written, run->end);
  }
  return first();
}

std::uint64_t LogTimeline::first_due_at_or_after(Nanos time) const {
  for (const auto& run : runs_) {
    const auto candidate = run.first + run.count_before(time);
    if (run.is_open || candidate < run.end) return candidate;
  }
  return end_of_closed();
}

}  // namespace leakrig
