#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/core/clock.h"
#include "harness/spec/sweep.h"

namespace leakrig {

struct SamplingConfig {
  Nanos warmup{0};
  Nanos duration{0};
  Nanos every{0};
  Nanos resolution{0};
  double time_scale = 60;
  Nanos drain{0};  ///< how long the subject is watched once the fleet has stopped; 0: not at all
};

/// One configuration to measure: the scenario with a variant's patch applied.
struct Variant {
  std::string name;
  nlohmann::json patch;     ///< as written in the file; {} for none
  nlohmann::json document;  ///< the whole scenario with the patch applied, validated
  SamplingConfig sampling;
  int replicate = 1;  ///< which of the scenario's replicates of it
};

/// A validated scenario file.
struct Scenario {
  std::string source;  ///< where it came from, for messages
  std::string name;
  std::string title;
  nlohmann::json document;        ///< as written, with overrides applied, without comments
  std::vector<Variant> variants;  ///< in the file's order
  std::string baseline;           ///< a variant's name
  int replicates = 1;             ///< how often each variant is run
  unsigned jobs = 1;              ///< how many are run at a time, unless the caller says otherwise
  std::vector<Variant> controls;  ///< run besides the variants; empty unless asked for
};

struct ScenarioOverrides {
  /// JSON pointer -> value, applied to the file before it is validated.
  std::vector<std::pair<std::string, nlohmann::json>> set;
  std::optional<double> time_scale;
  std::optional<int> replicates;
  bool controls = false;  ///< true: run them whatever the file says
  std::optional<SweepRequest> sweep;  ///< instead of the file's variants
  /// Run only these; empty: all.
  std::vector<std::string> only_variants;
};

/// Reads, overrides and validates a scenario file (JSON, comments allowed). Throws UsageError with one
/// message: file, JSON pointer, what is wrong and what is allowed. Nothing is started.
Scenario load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides = {});

/// The same from text; `source` stands for the file in messages.
Scenario parse_scenario(const std::string& text, const std::string& source,
                        const ScenarioOverrides& overrides = {});

/// "--set /fleet/containers=20": the pointer and the value, which is JSON or else a string.
/// Throws UsageError when it is not of that form.
std::pair<std::string, nlohmann::json> parse_set_option(const std::string& option);

}  // namespace leakrig
