#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_pool.h"

namespace leakrig {
namespace {

/// Takes the first reading of a container's stats stream at each poll.
class StatsPolls final : public Activity {
 public:
  explicit StatsPolls(const ActivityContext& context)
      : pool_(context.pool),
        planted_(context.planted),
        periodic_("stats", context.every, [this](const std::stop_token& stop) { poll(stop); }) {}

 private:
  void poll(const std::stop_token& stop) {
    const auto container = first_running(pool_.at(0), stop);
    if (!container) return;
    auto trip = pool_.next().request("GET", "/containers/" + container->id + "/stats?stream=1", stop);
    if (!trip.response) return;
    std::string first;
    trip.response->read(first);
    // `.once('data')` on a stream that goes on.
    if (!planted_) trip.response->close();
  }

  DockerPool& pool_;
  const bool planted_;
  Periodic periodic_;
};

}  // namespace

constinit const Defect kStatsStreamPerPoll{
    .name = "stats_stream_per_poll",
    .mechanism = "opens a stats stream at each poll, takes its first reading and leaves it open",
    .seen_in = "dockerode#166, amazon-ecs-agent#495",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/stats_stream_per_poll/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<StatsPolls>(context);
    }};

}  // namespace leakrig
