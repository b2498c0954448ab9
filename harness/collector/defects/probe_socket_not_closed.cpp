#include <vector>

#include "harness/collector/defects/defect.h"
#include "harness/collector/defects/periodic.h"

namespace leakrig {
namespace {

/// Checks that the daemon accepts connections, by making one.
class LivenessProbe final : public Activity {
 public:
  explicit LivenessProbe(const ActivityContext& context)
      : docker_(context.docker),
        planted_(context.planted),
        periodic_("liveness", context.every, [this](const std::stop_token&) {
          auto dialed = dial(docker_);
          if (planted_ && dialed.fd) forgotten_.push_back(std::move(dialed.fd));
        }) {}

 private:
  const Endpoint& docker_;
  const bool planted_;
  std::vector<UniqueFd> forgotten_;  // the periodic thread's
  Periodic periodic_;
};

}  // namespace

constinit const Defect kProbeSocketNotClosed{
    .name = "probe_socket_not_closed",
    .mechanism = "connects to the daemon's socket to see whether it lives, and keeps the connection",
    .seen_in = "beats#14389, moby#6318",
    .grows = "sockets, fds",
    .pointer = "/defects/probe_socket_not_closed/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<LivenessProbe>(context);
    }};

}  // namespace leakrig
