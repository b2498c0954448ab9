// What happens to the log sink. An occurrence is a push that it hits, or a while in which the sink is away.
#include <array>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

template <SinkFault::Kind kind>
void begin_sink_fault(const Stimulus& stimulus, Scene& scene) {
  SinkFault fault;
  fault.kind = kind;
  fault.status = stimulus.status;
  fault.delay = scene.hold;
  scene.sink.set_fault(fault, stimulus.is_hit() ? 1 : FaultGate::kForEver);
}

void end_sink_fault(const Stimulus&, Scene& scene) {
  scene.sink.set_fault(std::nullopt);
}

constexpr Stimulus push(std::string_view name, std::string_view event, int status,
                        void (*begin)(const Stimulus&, Scene&)) {
  return {.name = name,
          .family = "sink",
          .event = event,
          .needs = kSinkUse,
          .over = Over::hit,
          .hold = seconds{60},
          .begin = begin,
          .end = end_sink_fault,
          .status = status};
}

constexpr Stimulus slow() {
  auto made = push("sink-slow", "the sink answers a push late", 0, begin_sink_fault<SinkFault::Kind::slow>);
  made.over = Over::held;
  made.hold = seconds{5};
  return made;
}

constexpr Stimulus silent() {
  auto made = push("sink-silent", "the sink answers no push for a while", 0, begin_sink_fault<SinkFault::Kind::silent>);
  made.over = Over::held;
  made.hold = seconds{5};
  return made;
}

constexpr Stimulus away() {
  auto made = push("sink-away", "the sink is away for a while", 0, begin_sink_fault<SinkFault::Kind::away>);
  made.over = Over::held;
  made.hold = seconds{5};
  return made;
}

constexpr std::array kSink{
    push("sink-429", "the sink answers a push with 429", 429, begin_sink_fault<SinkFault::Kind::status>),
    push("sink-500", "the sink answers a push with 500", 500, begin_sink_fault<SinkFault::Kind::status>),
    push("sink-reset", "the sink resets a push's connection", 0, begin_sink_fault<SinkFault::Kind::reset>),
    slow(),
    silent(),
    away(),
};

}  // namespace

std::span<const Stimulus> sink_stimuli() {
  return kSink;
}

}  // namespace leakrig
