#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"
#include "harness/collector/docker_client.h"

namespace leakrig {
namespace {

/// Asks for the daemon's state, and tries again with a new client or with the same one when it fails.
class Retries final : public Activity {
 public:
  explicit Retries(const ActivityContext& context)
      : docker_(context.docker),
        transport_(context.transport),
        runtime_(context.runtime),
        planted_(context.planted),
        client_(new_client()),
        periodic_("provider", context.every, [this](const std::stop_token& stop) { ask(stop); }) {}

 private:
  std::unique_ptr<DockerClient> new_client() const {
    return std::make_unique<DockerClient>(docker_, transport_, runtime_);
  }
  void ask(const std::stop_token& stop) {
    auto trip = client_->request("GET", "/info", stop);
    if (trip.response) trip.response->read_all();
    constexpr auto kServerError = 500;
    const auto failed = !trip.response || trip.response->status() >= kServerError;
    // "Start over": a new client, and the old one's connection stays idle for ever.
    if (failed && planted_) client_ = new_client();
  }

  const Endpoint& docker_;
  const TransportConfig& transport_;
  GoRuntime& runtime_;
  const bool planted_;
  std::unique_ptr<DockerClient> client_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kClientPerRetry{
    .name = "client_per_retry",
    .mechanism = "makes a new client whenever a request has failed and does not close the old one",
    .seen_in = "traefik#8872",
    .grows = "threads, sockets, fds",
    .pointer = "/defects/client_per_retry/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Retries>(context);
    }};

}  // namespace leakrig
