// What happens to the log sink. An occurrence is a push that it hits, or a while in which the sink is away.
#include <array>
#include <limits>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr std::string_view kPush = "POST /loki*";

template <SinkFault::Kind kind>
void begin_sink_fault(const Stimulus& stimulus, Scene& scene) {
  SinkFault fault;
  fault.kind = kind;
  fault.status = stimulus.status;
  fault.delay = stimulus.hold;  // it is taken back then
  const bool counts = stimulus.over == Over::hit;
  scene.sink.set_fault(fault, counts ? 1 : std::numeric_limits<std::uint64_t>::max());
}

void end_sink_fault(const Stimulus&, Scene& scene) {
  scene.sink.set_fault({}, 0);
}

constexpr Stimulus push(std::string_view name, std::string_view event, int status,
                        void (*begin)(const Stimulus&, Scene&)) {
  return {.name = name,
          .family = "sink",
          .event = event,
          .needs = kPush,
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

constexpr Stimulus away() {
  auto made = push("sink-away", "the sink closes every connection for a while", 0, begin_sink_fault<SinkFault::Kind::away>);
  made.over = Over::held;
  made.hold = seconds{5};
  return made;
}

constexpr std::array kSink{
    push("sink-429", "the sink answers a push with 429", 429, begin_sink_fault<SinkFault::Kind::status>),
    push("sink-500", "the sink answers a push with 500", 500, begin_sink_fault<SinkFault::Kind::status>),
    push("sink-dropped", "the sink closes a push's connection unanswered", 0, begin_sink_fault<SinkFault::Kind::drop>),
    slow(),
    away(),
};

}  // namespace

std::span<const Stimulus> sink_stimuli() {
  return kSink;
}

}  // namespace leakrig
