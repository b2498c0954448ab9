#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "harness/core/clock.h"

namespace leakrig {

/// One entry of Docker's event stream.
struct DockerEvent {
  Nanos epoch{0};
  std::string type = "container";
  std::string action;
  std::string actor_id;
  std::map<std::string, std::string> attributes;  ///< name, image, labels, exitCode, signal
};

/// A line of /events: JSON and a newline; with the fields that clients older than API 1.52 read.
std::string to_json_line(const DockerEvent& event);

/// Publishes events to subscribers and remembers the last 256. A subscriber that falls behind by more than
/// its buffer loses events, as with dockerd. Serving thread only.
class EventHub {
 public:
  static constexpr std::size_t kRemembered = 256;
  static constexpr std::size_t kBuffered = 1024;
  using Filter = std::function<bool(const DockerEvent&)>;

  /// A place in the hub's list; unsubscribes when it is destroyed.
  class Subscription {
   public:
    Subscription(EventHub& hub, Filter filter, std::function<void()> wake);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    /// Lines not yet taken, oldest first.
    std::deque<std::string> take();

   private:
    friend class EventHub;
    EventHub* hub_;
    Filter filter_;
    std::function<void()> wake_;
    std::deque<std::string> lines_;
    std::list<Subscription*>::iterator place_;
  };

  void publish(DockerEvent event);
  const std::deque<DockerEvent>& remembered() const { return remembered_; }

 private:
  std::deque<DockerEvent> remembered_;
  std::list<Subscription*> subscriptions_;
};

}  // namespace leakrig
