#include <list>

#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_client.h"

namespace leakrig {
namespace {

/// Listeners to events inside the program, a thread each, that wait for what concerns them.
class Listeners final : public Activity {
 public:
  explicit Listeners(const ActivityContext& context)
      : planted_(context.planted),
        periodic_("event-bus", context.every, [this](const std::stop_token&) { listen_once(); }) {}

 private:
  void listen_once() {
    // One is added for what comes next; the one before has served.
    if (!planted_) listeners_.clear();
    listeners_.push_back(named_thread("listener", [](const std::stop_token& stop) {
      sleep_until(std::chrono::steady_clock::time_point::max(), stop);
    }));
  }

  const bool planted_;
  std::list<std::jthread> listeners_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kListenerNotRemoved{
    .name = "listener_not_removed",
    .mechanism = "adds an event listener each time it has something to wait for and never removes one",
    .seen_in = "fsouza/go-dockerclient#911, #723",
    .grows = "threads",
    .pointer = "/defects/listener_not_removed/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Listeners>(context);
    }};

}  // namespace leakrig
