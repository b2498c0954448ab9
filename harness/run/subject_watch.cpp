#include "harness/run/subject_watch.h"

#include <algorithm>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

constexpr const char* kFollowed = "GET /containers/{id}/logs?follow=1";
constexpr const char* kSubscribed = "GET /events";
constexpr const char* kListed = "GET /containers/json";
constexpr int kFirstError = 400;

}  // namespace

void SubjectWatch::record(const LedgerEntry& entry) {
  next_.record(entry);
  const std::lock_guard lock{mutex_};
  if (entry.event == LedgerEvent::request_opened) {
    asked_s_.push_back(entry.t_s);
    endpoints_.insert(entry.endpoint);
    if (entry.endpoint == kFollowed) log_streams_.emplace(entry.request, entry.container);
    if (entry.endpoint == kSubscribed) ++event_streams_;
    if (entry.endpoint == kListed) open_lists_.emplace(entry.request, entry.t_s);
  }
  if (entry.event != LedgerEvent::request_closed) return;
  const bool good = entry.status > 0 && entry.status < kFirstError;
  if (entry.endpoint == kFollowed) log_streams_.erase(entry.request);
  if (entry.endpoint == kSubscribed) --event_streams_;
  if (entry.endpoint == kListed) {
    const auto asked = open_lists_.extract(entry.request);
    if (good && !asked.empty()) last_list_s_ = std::max(last_list_s_, asked.mapped());
  }
  if (good && entry.server == "docker") last_good_answer_s_ = std::max(last_good_answer_s_, entry.t_s);
  if (good && entry.lines > 0 && entry.server == "loki") {
    pushes_ = true;
    endpoints_.insert(std::string{kSinkUse});
    last_delivery_s_ = std::max(last_delivery_s_, entry.t_s);
  }
}

Footing SubjectWatch::footing() const {
  const std::lock_guard lock{mutex_};
  Footing footing{{}, event_streams_, pushes_, endpoints_};
  for (const auto& [request, container] : log_streams_) footing.followed.insert(container);
  return footing;
}

std::uint64_t SubjectWatch::requests() const {
  const std::lock_guard lock{mutex_};
  return asked_s_.size();
}

bool SubjectWatch::has_listed_since(double t_s) const {
  const std::lock_guard lock{mutex_};
  return last_list_s_ >= t_s;
}

bool SubjectWatch::was_answered_since(double t_s) const {
  const std::lock_guard lock{mutex_};
  return last_good_answer_s_ >= t_s;
}

bool SubjectWatch::has_delivered_since(double t_s) const {
  const std::lock_guard lock{mutex_};
  return last_delivery_s_ >= t_s;
}

double SubjectWatch::longest_pause(double from_s, double to_s) const {
  const std::lock_guard lock{mutex_};
  double longest = 0;
  double last = from_s;
  for (const double t : asked_s_) {
    if (t < from_s || t > to_s) continue;
    longest = std::max(longest, t - last);
    last = t;
  }
  return std::max(longest, to_s - last);
}

std::uint64_t SubjectWatch::requests_between(double from_s, double to_s) const {
  const std::lock_guard lock{mutex_};
  return static_cast<std::uint64_t>(
      std::count_if(asked_s_.begin(), asked_s_.end(), [&](double t) { return t >= from_s && t <= to_s; }));
}

}  // namespace leakrig
