// What happens to log streams that are open.
#include <array>
#include <limits>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr std::string_view kFollowedLogs = "GET /containers/{id}/logs?follow=1";

template <StreamBreak how>
void break_streams(const Stimulus&, Scene& scene) {
  scene.docker.break_log_streams(scene.containers, how);
}

/// The fault meets the streams that are opened instead of these.
void break_then_fault(const Stimulus& stimulus, Scene& scene) {
  stage_fault(stimulus, scene, scene.containers.size());
  scene.docker.break_log_streams(scene.containers, StreamBreak::close);
}

void end_stream_fault(const Stimulus&, Scene& scene) {
  scene.docker.unstage();
}

/// What has stalled stays so until its connection breaks.
void end_stall(const Stimulus&, Scene& scene) {
  scene.docker.unstage();
  scene.docker.break_log_streams(scene.containers, StreamBreak::close);
}

constexpr Stimulus row(std::string_view name, std::string_view event, void (*begin)(const Stimulus&, Scene&)) {
  return {.name = name, .family = "streams", .event = event, .needs = kFollowedLogs, .per_container = true, .begin = begin};
}

constexpr Stimulus faulty(std::string_view name, std::string_view event, FaultKind fault, Over over, Nanos hold,
                          void (*end)(const Stimulus&, Scene&)) {
  auto made = row(name, event, break_then_fault);
  made.over = over;
  made.hold = hold;
  made.end = end;
  made.fault = fault;
  return made;
}

/// An end at once that is answered at once is a storm.
constexpr Stimulus empty_for_a_while() {
  auto made = row("streams-empty", "every log stream ends as soon as it was opened, for a while",
                  [](const Stimulus& stimulus, Scene& scene) {
                    stage_fault(stimulus, scene, std::numeric_limits<std::size_t>::max());
                    scene.docker.break_log_streams(scene.docker.running(), StreamBreak::close);
                  });
  made.over = Over::held;
  made.hold = seconds{5};
  made.per_container = false;
  made.end = end_stream_fault;
  made.fault = FaultKind::eof;
  return made;
}

constexpr Stimulus outliving() {
  return {.name = "stream-outlives-container",
          .family = "streams",
          .event = "a container restarts and its log stream stays open",
          .needs = kFollowedLogs,
          .over = Over::noticed,
          .hold = seconds{25},
          .per_container = true,
          .begin = [](const Stimulus&, Scene& scene) { scene.docker.act(ContainerAction::stop, scene.containers); },
          .end = [](const Stimulus&, Scene& scene) { scene.docker.act(ContainerAction::start, scene.containers); },
          .holds_streams_open = true};
}

constexpr std::array kStreams{
    row("stream-ends", "a log stream ends though its container runs", break_streams<StreamBreak::end>),
    row("stream-breaks", "a log stream's connection closes without the stream's end", break_streams<StreamBreak::close>),
    row("stream-reset", "a log stream's connection is reset", break_streams<StreamBreak::reset>),
    row("stream-cut", "a log stream is cut in the middle of a frame", break_streams<StreamBreak::cut_in_frame>),
    faulty("stream-empty", "a log stream ends as soon as it was opened", FaultKind::eof, Over::hit, seconds{60}, end_stream_fault),
    empty_for_a_while(),
    faulty("stream-stalls", "a log stream stalls for a while, then breaks", FaultKind::stall, Over::held, seconds{10},
           end_stall),
    faulty("stream-half-closed", "the daemon closes its side of a log stream for a while", FaultKind::half_close,
           Over::held, seconds{10}, end_stall),
    outliving(),
};

}  // namespace

std::span<const Stimulus> stream_stimuli() {
  return kStreams;
}

}  // namespace leakrig
