#include "harness/live/live_view.h"

#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "harness/report/page_data.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr auto kTick = std::chrono::milliseconds{250};
constexpr auto kShortestPause = std::chrono::seconds{1};
constexpr std::size_t kMostQueued = 10'000;

std::ptrdiff_t place_of(const std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  return found == names.end() ? -1 : found - names.begin();
}

bool is_running(const VariantAnalysis& variant) {
  return variant.outcome == Outcome::unfinished;
}

/// What still runs has no end yet; a page must not say of it that the rig was killed.
Analysis as_if_complete(Analysis analysis) {
  for (auto& variant : analysis.variants) {
    if (!is_running(variant)) continue;
    variant.outcome = Outcome::completed;
    variant.detail = variant.lead() == nullptr ? "the measurement has not begun" : "";
  }
  return analysis;
}

/// A thread of its own priority is Linux's: the nice value of a thread id.
void lower_priority() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), 10);
}

}  // namespace

LiveView::LiveView(const std::string& address, Snapshot snapshot)
    : snapshot_(std::move(snapshot)),
      server_(address, feed_),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

LiveView::~LiveView() {
  stop_worker();
}

void LiveView::stop_worker() {
  worker_.request_stop();
  if (worker_.joinable()) worker_.join();
}

void LiveView::sampled(const std::string& variant, const Sample& sample) {
  if (sample.missed) return;
  const std::lock_guard lock(mutex_);
  if (queue_.size() < kMostQueued) queue_.push_back({variant, sample.t_s / 60, sample.values});
}

void LiveView::renew() {
  const std::lock_guard lock(mutex_);
  renew_ = true;
  woken_.notify_one();
}

void LiveView::finish(const Analysis& analysis) {
  stop_worker();
  publish(analysis, false);
  feed_.end();
  const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds{1};
  std::unique_lock lock(mutex_);
  while (server_.readers() > 0 && std::chrono::steady_clock::now() < patience)
    woken_.wait_for(lock, std::chrono::milliseconds{10});
}

void LiveView::work(const std::stop_token& stop) {
  lower_priority();
  auto next_page = std::chrono::steady_clock::now();
  bool changed = true;
  while (!stop.stop_requested()) {
    std::vector<Reading> readings;
    bool due = false;
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, stop, kTick, [&] { return renew_; });
      readings.swap(queue_);
      due = std::exchange(renew_, false);
    }
    if (stop.stop_requested()) return;
    changed = changed || due || !readings.empty();
    send_readings(readings);
    const auto now = std::chrono::steady_clock::now();
    const bool looked_at = server_.readers() > 0 || variants_.empty() || due;
    if (!changed || !looked_at || (now < next_page && !due)) continue;
    make_page();
    changed = false;
    const auto took = std::chrono::steady_clock::now() - now;
    next_page =
        std::chrono::steady_clock::now() + std::max<std::chrono::nanoseconds>(kShortestPause, 9 * took);
  }
}

void LiveView::send_readings(const std::vector<Reading>& readings) {
  if (readings.empty() || server_.readers() == 0) return;
  std::map<std::ptrdiff_t, json> by_variant;
  for (const auto& reading : readings) {
    const auto variant = place_of(variants_, reading.variant);
    if (variant < 0) continue;
    for (const auto& [name, value] : reading.values) {
      const auto metric = place_of(metrics_, printable(name));
      if (metric >= 0) by_variant[variant].push_back({metric, std::round(reading.minute * 1e3) / 1e3, value});
    }
  }
  json events = json::array();
  for (auto& [variant, points] : by_variant) events.push_back({variant, std::move(points)});
  if (!events.empty()) feed_.publish("samples", events.dump());
}

void LiveView::make_page() {
  try {
    publish(snapshot_(), true);
  } catch (const Error&) {
    renew();  // the record has no line yet
  }
}

void LiveView::publish(const Analysis& analysis, bool running) {
  json page = page_data(running ? as_if_complete(analysis) : analysis);
  page["live"] = true;
  variants_.clear();
  metrics_.clear();
  std::string now;
  for (std::size_t i = 0; i < analysis.variants.size(); ++i) {
    const auto& variant = analysis.variants[i];
    variants_.push_back(variant.name);
    if (!running || !is_running(variant)) continue;
    page["variants"][i]["outcome"] = "running";
    now += (now.empty() ? "" : ", ") + printable(variant.name, 80);
  }
  for (const auto& metric : page["metrics"]) metrics_.push_back(metric.at("name").get<std::string>());
  if (running) page["status"] = {{"code", -1}, {"text", "Running" + (now.empty() ? "" : ": " + now)}};
  feed_.publish_page(std::move(page));
}

}  // namespace leakrig
