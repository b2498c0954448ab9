// What happens to the event stream.
#include <array>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr std::string_view kEventStreamOpen = "GET /events";

void break_events(const Stimulus&, Scene& scene) {
  scene.docker.break_answers(std::string{kEventStreamOpen});
}

constexpr std::array kEventRows{
    Stimulus{.name = "events-break",
             .family = "events",
             .event = "the event stream's connection closes",
             .needs = kEventStreamOpen,
             .begin = break_events},
    Stimulus{.name = "events-end",
             .family = "events",
             .event = "the event stream ends as soon as it was opened",
             .needs = kEventStreamOpen,
             .over = Over::hit,
             .hold = seconds{60},
             .begin =
                 [](const Stimulus& stimulus, Scene& scene) {
                   stage_fault(stimulus, scene, 1);
                   break_events(stimulus, scene);
                 },
             .end = [](const Stimulus&, Scene& scene) { scene.docker.unstage(); },
             .fault = FaultKind::eof},
    Stimulus{.name = "events-flood",
             .family = "events",
             .event = "five hundred events come at once",
             .needs = kEventStreamOpen,
             .begin = [](const Stimulus&, Scene& scene) { scene.docker.flood_events(500); }},
};

}  // namespace

std::span<const Stimulus> event_stimuli() {
  return kEventRows;
}

}  // namespace leakrig
