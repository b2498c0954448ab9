#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/spec/problem.h"
#include "harness/spec/scenario_spec.h"
#include "harness/spec/sweep.h"

namespace leakrig {

/// What the command line changes in a scenario before it is looked at.
struct ScenarioOverrides {
  /// JSON pointer -> JSON text.
  std::vector<std::pair<std::string, std::string>> set;
  std::optional<double> time_scale;
  std::optional<int> replicates;
  std::optional<std::string> reference;  ///< a variant's name
  std::optional<SweepRequest> sweep;     ///< instead of the file's variants
  bool controls = false;                 ///< true: run them whatever the file says
  /// Run only these; empty: all.
  std::vector<std::string> only_variants;
};

/// Reads, overrides and validates a scenario file (JSON, comments allowed). Throws ScenarioError with
/// everything that is wrong in it, UsageError if it cannot be read. Nothing is started.
ScenarioSpec load_scenario(const std::filesystem::path& file, const ScenarioOverrides& overrides = {});

/// The same from text; `source` stands for the file in messages.
ScenarioSpec parse_scenario(const std::string& text, const std::string& source,
                            const ScenarioOverrides& overrides = {});

/// "--set /fleet/containers=20": the pointer and the value, which is JSON or else a string. Throws UsageError
/// when it is not of that form.
std::pair<std::string, std::string> parse_set_option(const std::string& option);

struct NamedPatch {
  std::string name;   ///< any
  std::string patch;  ///< JSON merge patch of the scenario, as text
};
/// The scenario with these variants instead of its own, the first the reference. Nothing is expected of them,
/// there are no controls, and `also_judge` is judged besides what is anyway. Throws ScenarioError where a
/// patch makes a variant that is not valid.
ScenarioSpec with_variants(const ScenarioSpec& scenario, const std::vector<NamedPatch>& variants,
                           const std::vector<std::string>& also_judge);

/// `later` on top of `earlier`, both JSON merge patches (RFC 7396) as texts.
std::string composed_patch(const std::string& earlier, const std::string& later);

/// What one JSON merge patch of the scenario (as text) does that another does not.
enum class PatchEffect { none, valid, invalid };
PatchEffect effect_of_patch(const ScenarioSpec& scenario, const std::string& before,
                            const std::string& after);

/// The scenario of a run directory, of this version or an older one. It is taken as it is: what it says was
/// run, and what it does not say had its default. Throws UsageError where it cannot be understood at all.
ScenarioSpec read_recorded_scenario(const std::string& text, const std::string& source);

}  // namespace leakrig
