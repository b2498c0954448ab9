#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// A channel of one place, as Go's make(chan T, 1).
class Channel {
 public:
  /// Blocks while the place is taken; false when the channel is closed or `stop` came.
  bool send(std::string value, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait(lock, stop, [this] { return !place_ || closed_; }) || closed_) return false;
    place_ = std::move(value);
    changed_.notify_all();
    return true;
  }
  void receive(const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, stop, [this] { return place_.has_value(); });
    place_.reset();
    changed_.notify_all();
  }
  void close() {
    const std::lock_guard lock{mutex_};
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<std::string> place_;  // under mutex_
  bool closed_ = false;               // under mutex_
};

/// Subscribes to a container's stats for one reading: a sender that fetches, a reader that leaves.
class Subscriptions final : public Activity {
 public:
  explicit Subscriptions(const ActivityContext& context)
      : pool_(context.pool),
        planted_(context.planted),
        periodic_("stats-read", context.every, [this](const std::stop_token& stop) { read_one(stop); }) {}

 private:
  struct Sender {
    Channel channel;
    std::jthread thread;
  };

  void read_one(const std::stop_token& stop) {
    auto& sender = senders_.emplace_back();
    sender.thread = named_thread("stats-send", [this, &channel = sender.channel](const std::stop_token& end) {
      std::string reading = fetch(end);
      while (channel.send(reading, end)) {
      }
    });
    sender.channel.receive(stop);
    // The reader leaves; only the twin tells the sender so.
    if (planted_) return;
    sender.channel.close();
    senders_.pop_back();
  }
  std::string fetch(const std::stop_token& stop) {
    auto trip = pool_.next().request("GET", "/_ping", stop);
    return trip.response ? trip.response->read_all().value_or("") : "";
  }

  DockerPool& pool_;
  const bool planted_;
  std::list<Sender> senders_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kBlockedSender{
    .name = "blocked_sender",
    .mechanism = "sends on a full channel whose reader has left",
    .seen_in = "amazon-ecs-agent#2865, datadog-agent#15138, weaveworks/scope#1767",
    .grows = "threads",
    .pointer = "/defects/blocked_sender/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Subscriptions>(context);
    }};

}  // namespace leakrig
