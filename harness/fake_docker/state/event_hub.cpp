#include "harness/fake_docker/state/event_hub.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace leakrig {
namespace {

std::size_t size_of(const DockerEvent& event) {
  std::size_t bytes = event.action.size() + event.actor_id.size();
  for (const auto& [name, value] : event.attributes) bytes += name.size() + value.size();
  return bytes;
}

}  // namespace

std::string to_json_line(const DockerEvent& event) {
  nlohmann::ordered_json json;
  if (event.type == "container") {
    json["status"] = event.action;
    json["id"] = event.actor_id;
    if (const auto image = event.attributes.find("image"); image != event.attributes.end())
      json["from"] = image->second;
  }
  json["Type"] = event.type;
  json["Action"] = event.action;
  json["Actor"] = {{"ID", event.actor_id}, {"Attributes", event.attributes}};
  json["scope"] = "local";
  json["time"] = std::chrono::floor<std::chrono::seconds>(event.epoch).count();
  json["timeNano"] = event.epoch.count();
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

EventHub::Subscription::Subscription(EventHub& hub, Filter filter, std::function<void()> wake)
    : hub_(&hub), filter_(std::move(filter)), wake_(std::move(wake)) {
  place_ = hub_->subscriptions_.insert(hub_->subscriptions_.end(), this);
}

EventHub::Subscription::~Subscription() {
  hub_->subscriptions_.erase(place_);
}

std::deque<std::string> EventHub::Subscription::take(Nanos now) {
  auto lines = std::exchange(lines_, {});
  for (auto& waiting : waiting_) {
    if (waiting.until >= now) lines.push_back(std::move(waiting.line));
  }
  waiting_.clear();
  bytes_ = 0;
  return lines;
}

void EventHub::Subscription::add(const std::string& line, Nanos now) {
  while (!waiting_.empty() && waiting_.front().until < now) {
    bytes_ -= waiting_.front().line.size();
    waiting_.pop_front();
  }
  // What is dropped for its length is dropped as for the number of lines: this subscriber does not read.
  if (bytes_ + line.size() > kBufferedBytes && bytes_ > 0) return;
  if (lines_.size() < kBuffered) {
    lines_.push_back(line);
  } else if (waiting_.size() < kBuffered) {
    waiting_.push_back({now + kGrace, line});
  } else {
    return;
  }
  bytes_ += line.size();
}

void EventHub::publish(DockerEvent event, Nanos now) {
  std::string line;
  for (auto* subscription : subscriptions_) {
    if (!subscription->filter_(event)) continue;
    if (line.empty()) line = to_json_line(event);
    subscription->add(line, now);
    subscription->wake_();
  }
  remembered_bytes_ += size_of(event);
  remembered_.push_back(std::move(event));
  while (remembered_.size() > kRemembered || (remembered_bytes_ > kRememberedBytes && remembered_.size() > 1)) {
    remembered_bytes_ -= size_of(remembered_.front());
    remembered_.pop_front();
  }
}

}  // namespace leakrig
