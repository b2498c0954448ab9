#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "harness/core/clock.h"

namespace leakrig {

/// What a live page is told, for any number of readers, each as fast as it is: the latest page, and what has
/// happened since. A reader that falls behind gets the latest page instead of what it missed; nothing is kept
/// for it and the writer never waits. Thread-safe.
class EventFeed {
 public:
  static constexpr std::size_t kMostEvents = 512;  ///< since a page; beyond, the oldest go

  /// Where a reader is; a new one gets the page first.
  struct Cursor {
    std::uint64_t seen = 0;
    bool ended = false;
  };

  void publish_page(nlohmann::json page);
  void publish(const std::string& event, const std::string& data);
  /// After it there is nothing more; readers are told.
  void end();

  /// Event-stream text (WHATWG HTML, server-sent events) of everything after the cursor; waits up to
  /// `timeout`, then it is a comment, which tells a gone reader from a quiet run. Nothing once the end was
  /// handed out.
  std::optional<std::string> next(Cursor& cursor, Nanos timeout);

  /// The latest page, waiting up to `timeout` for the first; null if there is none.
  std::shared_ptr<const nlohmann::json> page(Nanos timeout) const;

 private:
  struct Event {
    std::uint64_t number;
    std::string text;
  };
  std::string take(Cursor& cursor) const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t last_ = 0;
  std::uint64_t page_number_ = 0;
  std::shared_ptr<const nlohmann::json> page_;
  std::deque<Event> events_;  ///< after the page
  bool ended_ = false;
};

}  // namespace leakrig
