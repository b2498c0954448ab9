#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/clock.h"
#include "harness/spec/fault_config.h"
#include "harness/spec/fleet_config.h"
#include "harness/spec/subject_spec.h"
#include "harness/spec/sweep.h"

namespace leakrig {

/// When is read, in scenario time. The defaults here are the only ones; the schema's are held to them by a
/// test.
struct SamplingConfig {
  Nanos warmup = std::chrono::minutes{1};
  Nanos duration = std::chrono::minutes{5};
  Nanos every = std::chrono::minutes{1};       ///< rows of the growth table
  Nanos resolution = std::chrono::seconds{2};  ///< readings
  Nanos drain{0};  ///< how long the subject is watched once the fleet has stopped; 0: not at all
  double time_scale =
      60;  ///< scenario seconds a wall second; 1 for a subject other than the built-in collector
};

/// What growth matters.
struct AnalysisSpec {
  /// Nothing: the engine's own, which for a long run depends on its length (stats/growth/tolerance.h).
  std::optional<double> tolerance_per_min;
  std::optional<double> memory_tolerance_per_min;  ///< bytes
  double confidence = 0.8;                         ///< of the interval that is held against the tolerance
  std::vector<std::string> also_judge;             ///< metrics that else are shown for information only
};

/// How a subject is run and judged: a scenario, or what a variant makes of it. Every default is filled in.
struct Setup {
  SamplingConfig sampling;
  AnalysisSpec analysis;
  FleetConfig fleet;
  std::vector<FaultConfig> faults;
  SubjectSpec subject;
};

/// A number that must be at least and at most so much.
struct Bounds {
  std::optional<double> at_least;
  std::optional<double> at_most;
};

/// One thing that must come out of a variant.
struct Expectation {
  enum class Kind {
    metric,            ///< `what` has the verdict `word`
    versus_reference,  ///< `word` is how it compares: "identical", "improved", "worse", ...
    lines,             ///< `what` is "lines_lost" or "lines_duplicated", `word` "none" or "some"
    cost,              ///< `what` is within `bounds`
  };
  Kind kind = Kind::metric;
  std::string what;
  std::string word;
  Bounds bounds;
};

/// An option that a patch changes.
struct OptionChange {
  std::string option;  ///< a JSON pointer
  std::string before;  ///< JSON as the scenario has it, or "not set"
  std::string after;   ///< JSON
};

/// One configuration to measure: the scenario with a patch applied.
struct Variant : Setup {
  std::string name;
  int replicate = 1;         ///< which of the scenario's replicates of it
  std::string patch = "{}";  ///< JSON merge patch (RFC 7396), as text
  std::vector<OptionChange> changes;
  std::vector<Expectation> expect;  ///< by name; empty: every judged metric is stable
};

/// A switch that the scenario states for isolation.
struct StatedToggle {
  std::string name;
  std::string patch;  ///< JSON merge patch, as text
};

/// A scenario file, read once. Nobody below looks anything up in its JSON.
struct ScenarioSpec : Setup {
  std::string source;  ///< where it came from, for messages
  std::string name;
  std::string title;
  std::string description;
  std::vector<Variant> variants;  ///< in the file's order; never empty
  std::string reference;  ///< the variant that the others are compared with; empty: it is not among them
  bool states_reference = false;  ///< the file names it; else it is the first of the variants
  int replicates = 1;             ///< how often each variant is run
  unsigned jobs = 1;              ///< how many are run at a time, unless the caller says otherwise
  bool wants_controls = false;
  std::vector<Variant> controls;         ///< run besides the variants; empty unless asked for
  std::vector<std::string> matrix_axes;  ///< as they stand in variants' names; empty without a matrix
  std::optional<SweepRequest> sweep;     ///< the variants are the values of one option
  std::vector<StatedToggle> toggles;     ///< of isolate
  std::string document;                  ///< the resolved file as JSON text: what a run directory keeps
  std::vector<std::string> notes;        ///< what the user should know of the file, such as a key that is old

  const Variant* variant(const std::string& variant_name) const;
};

}  // namespace leakrig
