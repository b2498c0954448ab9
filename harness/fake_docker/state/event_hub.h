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

/// Publishes events to subscribers and remembers the last 256, or fewer where they are long. As with dockerd, a subscriber whose buffer is
/// full has a tenth of a second to make room for an event, which is then dropped for it. Times are the
/// monotonic clock's. Serving thread only.
class EventHub {
 public:
  static constexpr std::size_t kRemembered = 256;
  static constexpr std::size_t kBuffered = 1024;
  static constexpr std::size_t kRememberedBytes = 8U << 20U;
  static constexpr std::size_t kBufferedBytes = 4U << 20U;  ///< of one subscriber
  static constexpr Nanos kGrace = std::chrono::milliseconds{100};
  using Filter = std::function<bool(const DockerEvent&)>;

  /// A place in the hub's list; unsubscribes when it is destroyed.
  class Subscription {
   public:
    Subscription(EventHub& hub, Filter filter, std::function<void()> wake);
    ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    /// Lines not yet taken, oldest first.
    std::deque<std::string> take(Nanos now);

   private:
    friend class EventHub;
    EventHub* hub_;
    Filter filter_;
    std::function<void()> wake_;
    void add(const std::string& line, Nanos now);

    struct Waiting {
      Nanos until;
      std::string line;
    };
    std::deque<std::string> lines_;
    std::deque<Waiting> waiting_;  ///< for room in `lines_`
    std::size_t bytes_ = 0;        ///< in both
    std::list<Subscription*>::iterator place_;
  };

  void publish(DockerEvent event, Nanos now);
  const std::deque<DockerEvent>& remembered() const { return remembered_; }

 private:
  std::deque<DockerEvent> remembered_;
  std::size_t remembered_bytes_ = 0;
  std::list<Subscription*> subscriptions_;
};

}  // namespace leakrig
