#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// Looks at the beginning of a container's log and has seen enough.
class FirstLines final : public Activity {
 public:
  explicit FirstLines(const ActivityContext& context)
      : pool_(context.pool),
        planted_(context.planted),
        periodic_("first-lines", context.every, [this](const std::stop_token& stop) { look(stop); }) {}

 private:
  void look(const std::stop_token& stop) {
    const auto container = first_running(pool_.at(0), stop);
    if (!container) return;
    auto trip = pool_.next().request("GET", "/containers/" + container->id + "/logs?stdout=1&stderr=1", stop);
    if (!trip.response) return;
    std::string first;
    trip.response->read(first);
    // The `break` out of the loop that leaves the rest of the body on the wire.
    if (!planted_) trip.response->read_all();
  }

  DockerPool& pool_;
  const bool planted_;
  Periodic periodic_;
};

}  // namespace

constinit const Defect kBodyNotDrained{
    .name = "body_not_drained",
    .mechanism = "breaks out of an answer when it has seen enough, and neither reads the rest nor closes it",
    .seen_in = "docker-py#2766, docker-py#3282",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/body_not_drained/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<FirstLines>(context);
    }};

}  // namespace leakrig
