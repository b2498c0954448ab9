#include <list>

#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// Watches the daemon, and starts a worker that waits for its return when it does not answer.
class Watch final : public Activity {
 public:
  explicit Watch(const ActivityContext& context)
      : pool_(context.pool),
        every_(context.every),
        planted_(context.planted),
        periodic_("watch", context.every, [this](const std::stop_token& stop) { check(stop); }) {}

 private:
  bool answers(const std::stop_token& stop) {
    auto trip = pool_.next().request("GET", "/info", stop);
    constexpr auto kAnswered = 200;
    if (!trip.response) return false;
    trip.response->read_all();
    return trip.response->status() == kAnswered;
  }
  void check(const std::stop_token& stop) {
    if (answers(stop)) {
      if (!planted_) workers_.clear();
      return;
    }
    // One worker is enough; the defect starts another at each failed check.
    if (!planted_ && !workers_.empty()) return;
    workers_.push_back(named_thread("list-and-watch", [this](const std::stop_token& end) {
      constexpr auto kPatience = 15;  // checks between two tries: retries are not the leak
      while (sleep_until(std::chrono::steady_clock::now() + kPatience * every_, end)) answers(end);
    }));
  }

  DockerPool& pool_;
  const Nanos every_;
  const bool planted_;
  std::list<std::jthread> workers_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kWorkerSpawnedWhileDown{
    .name = "worker_spawned_while_down",
    .mechanism = "starts another worker at each interval at which the daemon does not answer",
    .seen_in = "signalfx-agent#1265",
    .grows = "threads",
    .pointer = "/defects/worker_spawned_while_down/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Watch>(context);
    }};

}  // namespace leakrig
