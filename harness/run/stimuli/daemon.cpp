// What happens to the daemon as a whole.
#include <array>
#include <limits>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

void go_away(const Stimulus& stimulus, Scene& scene) {
  scene.docker.restart(stimulus.hold);
}
/// Every answer; and streams are asked for anew.
void everything_fails(const Stimulus& stimulus, Scene& scene) {
  stage_fault(stimulus, scene, kAll);
  scene.docker.break_log_streams(scene.docker.running(), StreamBreak::close);
  scene.docker.break_answers("GET /events");
}
void nothing_fails(const Stimulus&, Scene& scene) {
  scene.docker.unstage();
}

constexpr std::string_view kDocker = "* /*";

constexpr std::array kDaemon{
    Stimulus{.name = "daemon-restarts",
             .family = "daemon",
             .event = "the daemon restarts",
             .needs = kDocker,
             .begin = [](const Stimulus&, Scene& scene) { scene.docker.restart(Nanos{0}); }},
    Stimulus{.name = "daemon-away",
             .family = "daemon",
             .event = "the daemon is away for a while",
             .needs = kDocker,
             .over = Over::held,
             .hold = seconds{5},
             .begin = go_away},
    Stimulus{.name = "daemon-fails",
             .family = "daemon",
             .event = "the daemon answers everything with 500 for a while",
             .needs = kDocker,
             .over = Over::held,
             .hold = seconds{5},
             .begin = everything_fails,
             .end = nothing_fails,
             .fault = FaultKind::status,
             .status = 500},
    Stimulus{.name = "daemon-refuses-version",
             .family = "daemon",
             .event = "the daemon refuses the client's API version for a while",
             .needs = kDocker,
             .over = Over::held,
             .hold = seconds{5},
             .begin = everything_fails,
             .end = nothing_fails,
             .fault = FaultKind::status,
             .status = 400,
             .message = "client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your "
                        "client to a newer version"},
    Stimulus{.name = "daemon-silent",
             .family = "daemon",
             .event = "the daemon accepts requests and answers none for a while",
             .needs = kDocker,
             .over = Over::held,
             .hold = seconds{5},
             .begin = everything_fails,
             .end =
                 [](const Stimulus&, Scene& scene) {
                   scene.docker.unstage();
                   scene.docker.break_answers("*");
                 },
             .fault = FaultKind::no_headers},
};

}  // namespace

std::span<const Stimulus> daemon_stimuli() {
  return kDaemon;
}

}  // namespace leakrig
