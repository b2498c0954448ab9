#include "harness/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/run/run_plan.h"

namespace leakrig {
namespace {

constexpr Nanos kRedrawEvery = std::chrono::milliseconds{100};

double whole_seconds(const Variant& variant) {
  return to_seconds(variant.sampling.warmup + variant.sampling.duration);
}

double wall_seconds(const Variant& variant) {
  return whole_seconds(variant) / variant.sampling.time_scale;
}

/// The count that has grown most since T+0, of equals the first of the catalogue. A rate is told once, by the
/// report: from two readings it would be another one.
std::string counts_text(const Sample& sample, const std::map<std::string, double>& at_start) {
  const MetricInfo* told = nullptr;
  double most = 0;
  for (const auto& info : metric_catalogue()) {
    const auto value = sample.values.find(info.name);
    if (value == sample.values.end() || info.judged == Judged::never || info.is_bytes()) continue;
    const auto start = at_start.find(info.name);
    const double grown = start == at_start.end() ? 0 : value->second - start->second;
    if (told != nullptr && grown <= most) continue;
    told = &info;
    most = grown;
  }
  if (told == nullptr) return "";
  const std::string text = counted_text(*told, sample.values.at(told->name));
  return at_start.empty() ? text : text + fmt::format(", {:+.0f} since T+0", most);
}

}  // namespace

Progress::Style Progress::style_for(bool quiet) {
  if (quiet) return Style::quiet;
  return ::isatty(STDERR_FILENO) == 1 ? Style::terminal : Style::lines;
}

Progress::Progress(const Scenario& scenario, Style style) : style_(style) {
  for (const auto& variant : run_plan(scenario)) wall_left_of_waiting_s_ += wall_seconds(variant);
}

Progress::~Progress() {
  clear();
}

void Progress::variant_started(const Variant& variant) {
  const std::lock_guard lock(mutex_);
  wall_left_of_waiting_s_ -= wall_seconds(variant);
  running_[run_label(variant)].whole_s = wall_seconds(variant);
  if (style_ == Style::lines) {
    fmt::print(stderr, "{}: started, about {} to go\n", run_label(variant),
               humanize_duration(from_seconds(wall_seconds(variant) + wall_left_of_waiting_s_)));
  }
  draw();
}

void Progress::sampled(const Variant& variant, const Sample& sample) {
  const std::lock_guard lock(mutex_);
  State& state = running_[run_label(variant)];
  state.done_s = (to_seconds(variant.sampling.warmup) + sample.due_s) / variant.sampling.time_scale;
  if (sample.due_s >= 0 && state.at_start.empty()) state.at_start = sample.values;
  if (auto counts = counts_text(sample, state.at_start); !counts.empty()) state.counts = std::move(counts);
  if (const Nanos now = SystemClock{}.monotonic(); now - last_draw_ >= kRedrawEvery) {
    last_draw_ = now;
    draw();
  }
}

void Progress::variant_ended(const Variant& variant, Outcome outcome, const std::string& detail) {
  const std::lock_guard lock(mutex_);
  const std::string counts = running_[run_label(variant)].counts;
  running_.erase(run_label(variant));
  if (style_ == Style::quiet) return;
  clear();
  fmt::print(stderr, "{}: {}{}{}\n", run_label(variant), to_string(outcome),
             counts.empty() ? "" : ", " + counts, detail.empty() ? "" : ": " + detail);
  draw();
}

void Progress::draw() {
  if (style_ != Style::terminal || running_.empty()) return;
  double left = wall_left_of_waiting_s_;
  std::string line;
  for (const auto& [name, state] : running_) {
    left += std::max(0.0, state.whole_s - state.done_s);
    const double share = state.whole_s > 0 ? std::clamp(state.done_s / state.whole_s, 0.0, 1.0) : 0;
    line += fmt::format("{}{} {:3.0f} %{}{}", line.empty() ? "" : " | ", name, share * 100,
                        state.counts.empty() ? "" : " ", state.counts);
  }
  fmt::print(stderr, "\r\033[K{} ({} left)", line, humanize_duration(from_seconds(left)));
  std::fflush(stderr);
}

void Progress::clear() {
  if (style_ == Style::terminal) fmt::print(stderr, "\r\033[K");
}

}  // namespace leakrig
