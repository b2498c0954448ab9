#pragma once

#include <string>
#include <vector>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// One thing that isolation switches, in a reference that is otherwise left alone.
struct Toggle {
  /// In the order in which a cause is named, the most specific first: a defect that is known and planted,
  /// what the scenario states, how the collector works, its transports, a whole component.
  enum class Kind { defect, stated, behaviour, transport, component };
  std::string name;   ///< of the variant that it makes: "close_on_reopen=true"
  std::string about;  ///< what the switch changes, for people
  /// What is to blame if the switch stops the growth: "reopen_without_close: the collector replaces each
  /// ...".
  std::string blames;
  Kind kind = Kind::stated;
  std::string patch;  ///< of the reference: a JSON merge patch, as text
};
const char* to_string(Toggle::Kind kind);

/// What can be switched in a scenario's reference: the "isolate" toggles of the file, and for the built-in
/// collector each planted defect, the ways of collecting, the transport options and the components. Without
/// those that change nothing and those that the reference cannot take, such as a contradiction. Pure.
std::vector<Toggle> toggles_of(const ScenarioSpec& scenario);

/// A scenario of the reference and one variant for each set of toggles, named by theirs joined with "+"; it
/// expects nothing. Every metric that the reference's expectations name is judged in all. Throws UsageError
/// where a set makes a variant that is not valid.
ScenarioSpec isolation_scenario(const ScenarioSpec& scenario, const std::vector<std::vector<Toggle>>& sets);

/// "a+b"
std::string name_of(const std::vector<Toggle>& set);

}  // namespace leakrig
