#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_client.h"

namespace leakrig {
namespace {

/// Polls the daemon, with a client made for the poll or with one for all.
class Polls final : public Activity {
 public:
  explicit Polls(const ActivityContext& context)
      : docker_(context.docker),
        transport_(context.transport),
        runtime_(context.runtime),
        planted_(context.planted),
        shared_(docker_, transport_, runtime_),
        periodic_("poll", context.every, [this](const std::stop_token& stop) { poll(stop); }) {}

 private:
  void poll(const std::stop_token& stop) {
    if (!planted_) {
      shared_.list_running(stop);
      return;
    }
    // Its connection goes to the idle pool of a transport that nobody will use again.
    DockerClient client{docker_, transport_, runtime_};
    client.list_running(stop);
  }

  const Endpoint& docker_;
  const TransportConfig& transport_;
  GoRuntime& runtime_;
  const bool planted_;
  DockerClient shared_;
  Periodic periodic_;
};

}  // namespace

constinit const Defect kTransportPerRequest{
    .name = "transport_per_request",
    .mechanism =
        "makes a client for each poll; its idle connection stays in a transport that nobody uses again",
    .seen_in = "fsouza/go-dockerclient#434, moby#45539, telegraf#9242",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/transport_per_request/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Polls>(context);
    }};

}  // namespace leakrig
