#include "harness/live/event_feed.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

/// JSON on one line: no line of it can be another field.
std::string event_text(const std::string& event, const std::string& data) {
  return fmt::format("event: {}\ndata: {}\n\n", event, data);
}

}  // namespace

void EventFeed::publish_page(nlohmann::json page) {
  auto shared = std::make_shared<const nlohmann::json>(std::move(page));
  const std::lock_guard lock(mutex_);
  page_ = std::move(shared);
  page_number_ = ++last_;
  events_.clear();
  changed_.notify_all();
}

void EventFeed::publish(const std::string& event, const std::string& data) {
  const std::lock_guard lock(mutex_);
  events_.push_back({++last_, event_text(event, data)});
  if (events_.size() > kMostEvents) events_.pop_front();
  changed_.notify_all();
}

void EventFeed::end() {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

std::string EventFeed::take(Cursor& cursor) const {
  std::string text;
  if (page_ != nullptr && cursor.seen < page_number_)
    text = event_text("page", page_->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
  for (const auto& event : events_) {
    if (event.number > cursor.seen) text += event.text;
  }
  cursor.seen = last_;
  if (ended_) {
    text += event_text("end", "{}");
    cursor.ended = true;
  }
  return text;
}

std::optional<std::string> EventFeed::next(Cursor& cursor, Nanos timeout) {
  std::unique_lock lock(mutex_);
  if (cursor.ended) return std::nullopt;
  changed_.wait_for(lock, timeout, [&] { return ended_ || last_ > cursor.seen; });
  std::string text = take(cursor);
  return text.empty() ? ": still here\n\n" : text;
}

std::shared_ptr<const nlohmann::json> EventFeed::page(Nanos timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return ended_ || page_ != nullptr; });
  return page_;
}

}  // namespace leakrig
