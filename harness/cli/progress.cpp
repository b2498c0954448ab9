#include "harness/cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "harness/core/metrics.h"
#include "harness/core/say.h"
#include "harness/core/terminal.h"
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
  const char* terminal = std::getenv("TERM");
  const bool dumb = terminal != nullptr && std::string_view{terminal} == "dumb";
  return ::isatty(STDERR_FILENO) == 1 && !dumb ? Style::terminal : Style::lines;
}

Progress::Progress(const ScenarioSpec& scenario, Style style, unsigned jobs)
    : style_(style), jobs_(std::max(1U, jobs)) {
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
    say(stderr, "{}: started, about {} to go\n", run_label(variant),
        humanize_duration(from_seconds(seconds_left())));
  }
  draw();
}

void Progress::noted(const Variant& variant, const std::string& sentence) {
  const std::lock_guard lock(mutex_);
  if (style_ == Style::quiet) return;
  clear();
  say(stderr, "{}: {}\n", run_label(variant), sentence);
  draw();
}

void Progress::sampled(const Variant& variant, const Sample& sample) {
  const std::lock_guard lock(mutex_);
  State& state = running_[run_label(variant)];
  state.done_s = (to_seconds(variant.sampling.warmup) + sample.due_s) / variant.sampling.time_scale;
  if (sample.due_s >= 0 && state.at_start.empty()) state.at_start = sample.values;
  if (auto counts = counts_text(sample, state.at_start); !counts.empty()) state.counts = std::move(counts);
  if (style_ == Style::lines) tell_tenth(run_label(variant), state);
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
  say(stderr, "{}: {}{}{}\n", run_label(variant), to_string(outcome), counts.empty() ? "" : ", " + counts,
      detail.empty() ? "" : ": " + detail);
  draw();
}

void Progress::tell_tenth(const std::string& name, State& state) const {
  const int tenths = state.whole_s > 0 ? static_cast<int>(10 * state.done_s / state.whole_s) : 0;
  if (tenths <= state.tenths || tenths >= 10) return;
  state.tenths = tenths;
  say(stderr, "{}: {} %{}{}\n", name, 10 * tenths, state.counts.empty() ? "" : ", ", state.counts);
}

double Progress::seconds_left() const {
  double all = wall_left_of_waiting_s_;
  double longest = 0;
  for (const auto& [name, state] : running_) {
    const double left = std::max(0.0, state.whole_s - state.done_s);
    all += left;
    longest = std::max(longest, left);
  }
  return std::max(longest, all / jobs_);
}

void Progress::draw() {
  if (style_ != Style::terminal || running_.empty()) return;
  std::string line;
  for (const auto& [name, state] : running_) {
    const double share = state.whole_s > 0 ? std::clamp(state.done_s / state.whole_s, 0.0, 1.0) : 0;
    line += fmt::format("{}{} {:3.0f} %{}{}", line.empty() ? "" : " | ", name, share * 100,
                        state.counts.empty() ? "" : " ", state.counts);
  }
  const std::string left = fmt::format(" ({} left)", humanize_duration(from_seconds(seconds_left())));
  // A line that wraps cannot be drawn over.
  const std::size_t room = std::max(left.size() + 4, terminal_columns(STDERR_FILENO) - 1) - left.size();
  if (line.size() > room) line = line.substr(0, room - 3) + "...";
  say(stderr, "\r\033[K{}{}", line, left);
  std::fflush(stderr);
}

void Progress::clear() {
  if (style_ == Style::terminal) say(stderr, "\r\033[K");
}

}  // namespace leakrig
