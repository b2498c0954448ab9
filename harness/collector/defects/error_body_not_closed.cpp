#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// Inspects a container that is gone, as code does that works from a list some seconds old.
class Inspections final : public Activity {
 public:
  explicit Inspections(const ActivityContext& context)
      : pool_(context.pool),
        planted_(context.planted),
        periodic_("inspect", context.every, [this](const std::stop_token& stop) { inspect(stop); }) {}

 private:
  void inspect(const std::stop_token& stop) {
    auto trip = pool_.next().request("GET", "/containers/gone-by-now/json", stop);
    // The early return on an error status that forgets the body.
    if (!trip.response || planted_) return;
    trip.response->read_all();
  }

  DockerPool& pool_;
  const bool planted_;
  Periodic periodic_;
};

}  // namespace

constinit const Defect kErrorBodyNotClosed{
    .name = "error_body_not_closed",
    .mechanism = "returns early on an error status without closing the answer's body",
    .seen_in = "samalba/dockerclient#172, davidborzek/docker-exporter#92",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/error_body_not_closed/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Inspections>(context);
    }};

}  // namespace leakrig
