// Answers that are errors, late, or none. An occurrence is one such answer.
#include <array>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr std::string_view kLogsAnswer = "GET /containers/{id}/logs*";
constexpr std::string_view kList = "GET /containers/json";
constexpr std::string_view kInspect = "GET /containers/{id}/json";
constexpr std::string_view kStats = "GET /containers/{id}/stats";
constexpr std::string_view kEventsAnswer = "GET /events";
constexpr std::string_view kPing = "* /_ping";

/// The subject asks by itself, again and again.
void stage(const Stimulus& stimulus, Scene& scene) {
  stage_fault(stimulus, scene, scene.containers.size());
}
/// It asks when a stream has gone.
void stage_for_streams(const Stimulus& stimulus, Scene& scene) {
  stage(stimulus, scene);
  scene.docker.break_log_streams(scene.containers, StreamBreak::close);
}
void stage_for_events(const Stimulus& stimulus, Scene& scene) {
  stage_fault(stimulus, scene, 1);
  scene.docker.break_answers(std::string{kEventsAnswer});
}
/// It asks about containers that it has not seen before.
void stage_for_new_ones(const Stimulus& stimulus, Scene& scene) {
  stage(stimulus, scene);
  replace_containers(stimulus, scene);
}
void unstage(const Stimulus&, Scene& scene) {
  scene.docker.unstage();
}

constexpr Stimulus answer(std::string_view name, std::string_view event, std::string_view needs, FaultKind fault,
                          int status, void (*begin)(const Stimulus&, Scene&)) {
  return {.name = name,
          .family = "answers",
          .event = event,
          .needs = needs,
          .over = Over::hit,
          .hold = seconds{30},
          .per_container = needs == kLogsAnswer || needs == kInspect,
          .begin = begin,
          .end = unstage,
          .fault = fault,
          .status = status};
}

constexpr Stimulus late(std::string_view name, std::string_view event, std::string_view needs,
                        void (*begin)(const Stimulus&, Scene&)) {
  auto made = answer(name, event, needs, FaultKind::delay_headers, 0, begin);
  made.hold = seconds{60};
  made.delay = seconds{15};
  return made;
}

constexpr Stimulus inspect(std::string_view name, std::string_view event, FaultKind fault, int status) {
  auto made = answer(name, event, kInspect, fault, status, stage_for_new_ones);
  made.removes = true;
  return made;
}

constexpr std::array kAnswers{
    answer("logs-404", "`GET /containers/{id}/logs` answers 404", kLogsAnswer, FaultKind::status, 404, stage_for_streams),
    answer("logs-409", "`GET /containers/{id}/logs` answers 409", kLogsAnswer, FaultKind::status, 409, stage_for_streams),
    answer("logs-500", "`GET /containers/{id}/logs` answers 500", kLogsAnswer, FaultKind::status, 500, stage_for_streams),
    answer("logs-503", "`GET /containers/{id}/logs` answers 503", kLogsAnswer, FaultKind::status, 503, stage_for_streams),
    answer("logs-dropped", "`GET /containers/{id}/logs` is closed unanswered", kLogsAnswer, FaultKind::drop, 0, stage_for_streams),
    late("logs-late", "`GET /containers/{id}/logs` is answered late", kLogsAnswer, stage_for_streams),
    answer("list-500", "`GET /containers/json` answers 500", kList, FaultKind::status, 500, stage),
    answer("list-503", "`GET /containers/json` answers 503", kList, FaultKind::status, 503, stage),
    answer("list-dropped", "`GET /containers/json` is closed unanswered", kList, FaultKind::drop, 0, stage),
    late("list-late", "`GET /containers/json` is answered late", kList, stage),
    inspect("inspect-404", "`GET /containers/{id}/json` of a new container answers 404", FaultKind::status, 404),
    inspect("inspect-500", "`GET /containers/{id}/json` of a new container answers 500", FaultKind::status, 500),
    inspect("inspect-dropped", "`GET /containers/{id}/json` of a new container is closed unanswered", FaultKind::drop, 0),
    answer("stats-404", "`GET /containers/{id}/stats` answers 404", kStats, FaultKind::status, 404, stage),
    answer("stats-500", "`GET /containers/{id}/stats` answers 500", kStats, FaultKind::status, 500, stage),
    answer("events-500", "`GET /events` answers 500", kEventsAnswer, FaultKind::status, 500, stage_for_events),
    answer("events-dropped", "`GET /events` is closed unanswered", kEventsAnswer, FaultKind::drop, 0, stage_for_events),
    answer("ping-500", "`/_ping` answers 500", kPing, FaultKind::status, 500, stage),
    answer("info-500", "`GET /info` answers 500", "GET /info", FaultKind::status, 500, stage),
    answer("info-dropped", "`GET /info` is closed unanswered", "GET /info", FaultKind::drop, 0, stage),
    answer("version-500", "`GET /version` answers 500", "GET /version", FaultKind::status, 500, stage),
};

}  // namespace

std::span<const Stimulus> answer_stimuli() {
  return kAnswers;
}

}  // namespace leakrig
