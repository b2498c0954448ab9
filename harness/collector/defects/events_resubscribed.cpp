#include <optional>

#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// Subscribes to the daemon's events anew every so often, so as not to miss any.
class Subscription final : public Activity {
 public:
  explicit Subscription(const ActivityContext& context)
      : pool_(context.pool),
        planted_(context.planted),
        periodic_("events", context.every, [this](const std::stop_token& stop) { resubscribe(stop); }) {}

 private:
  void resubscribe(const std::stop_token&) {
    // The context of the old subscription is the program's own: nothing ends it but close().
    if (current_ && !planted_) current_->close();
    current_.reset();
    auto trip = pool_.next().request("GET", "/events", {});
    if (trip.response) current_.emplace(std::move(*trip.response));
  }

  DockerPool& pool_;
  const bool planted_;
  std::optional<HttpResponse> current_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kEventsResubscribed{
    .name = "events_resubscribed",
    .mechanism = "subscribes to events again without ending the subscription before",
    .seen_in = "dozzle#4673, moby#6318",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/events_resubscribed/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Subscription>(context);
    }};

}  // namespace leakrig
