#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/core/clock.h"
#include "harness/fake_docker/interventions.h"
#include "harness/fake_sink/fake_sink.h"

namespace leakrig {

/// What a stimulus acts on: the fakes, and the containers of this step. A step is some occurrences at once.
struct Scene {
  Interventions& docker;
  FakeSink& sink;
  std::vector<std::string> containers;  ///< as many as the step has occurrences
  std::size_t step = 0;                 ///< from 0; so that names can be new
  bool has_events = false;              ///< the subject has the event stream open
  Nanos hold{0};                        ///< the stimulus' own, in wall time
};

struct Stimulus;

inline constexpr std::string_view kSinkUse = "the log sink";

/// How it is known that a step of a stimulus is over.
enum class Over {
  at_once,  ///< with what `begin` does
  held,     ///< after `hold`, and `end`
  noticed,  ///< once the subject has asked for the containers or was told by the events, after `hold` at the latest
  hit,      ///< once the step's requests were answered so, after `hold` at the latest; an occurrence is such an answer
};

/// One thing that happens to a subject and can be counted. Each is a row of its family's file in this folder; a family
/// is a row of catalogue(). Durations are scenario time at the built-in collector's scale of 60; in real time they are
/// shorter (AuditPace).
struct Stimulus {
  std::string_view name;    ///< "logs-404"
  std::string_view family;  ///< "answers"
  /// The occurrence in words, behind "each time": "`GET /info` answers 500". Markdown.
  std::string_view event;
  /// The endpoint that the subject must have asked for without the stimulus: a shell pattern over the ledger's; kSinkUse:
  /// it must have delivered lines. Empty: none.
  std::string_view needs;
  Over over = Over::at_once;
  Nanos hold{0};
  /// Occurrences happen to several containers at once, and are as many. Else a step is one occurrence, or with
  /// Over::hit as many answers.
  bool per_container = false;
  void (*begin)(const Stimulus& stimulus, Scene& scene) = nullptr;
  void (*end)(const Stimulus& stimulus, Scene& scene) = nullptr;  ///< may be null
  /// Of a fault: what is wrong with the answers. Staged by begin for as many requests as the step has occurrences.
  FaultKind fault = FaultKind::status;
  int status = 0;
  std::string_view message = {};
  Nanos delay{0};  ///< of an answer that is late
  /// From the subject's start on the daemon does not end the streams of containers that have stopped.
  bool holds_streams_open = false;
  /// The containers are others afterwards: those of before are not looked for, nor are their lines.
  bool removes = false;
  /// They have other names afterwards, so that lines cannot be told by them.
  bool renames = false;

  bool is_hit() const { return over == Over::hit; }
  bool is_of_sink() const { return needs == kSinkUse; }
};

/// Every stimulus, a family after the other; the first is `time`, the twin that the others are held against.
const std::vector<Stimulus>& catalogue();
inline constexpr std::string_view kTwin = "time";

/// Those of `only` (all if that is empty) without those of `skip`; both hold names and families. The twin is always
/// among them, first. Throws UsageError for a name that there is not.
std::vector<Stimulus> chosen_stimuli(const std::vector<std::string>& only, const std::vector<std::string>& skip);

// The families, a file each.
std::span<const Stimulus> container_stimuli();
std::span<const Stimulus> stream_stimuli();
std::span<const Stimulus> answer_stimuli();
std::span<const Stimulus> daemon_stimuli();
std::span<const Stimulus> event_stimuli();
std::span<const Stimulus> sink_stimuli();

/// The scene's containers are removed, and as many of new names created.
void replace_containers(const Stimulus& stimulus, Scene& scene);

/// Stages the stimulus' fault for what it needs, `times` times.
void stage_fault(const Stimulus& stimulus, Scene& scene, std::size_t times);

}  // namespace leakrig
