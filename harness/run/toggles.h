#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/spec/scenario.h"

namespace leakrig {

/// One thing that isolation switches, in a baseline that is otherwise left alone.
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
  nlohmann::json patch;  ///< of the baseline
};
const char* to_string(Toggle::Kind kind);

/// What can be switched in a scenario's baseline: the "isolate" toggles of the file, and for the built-in
/// collector each planted defect, the ways of collecting, the transport options and the components. Without
/// those that change nothing and those that the baseline cannot take, such as a contradiction. Pure.
std::vector<Toggle> toggles_of(const Scenario& scenario);

/// A scenario of the baseline and one variant for each set of toggles, named by theirs joined with "+"; it
/// expects nothing. Every metric that the baseline's expectations name is judged in all. Throws UsageError
/// where a set makes a variant that is not valid.
Scenario isolation_scenario(const Scenario& scenario, const std::vector<std::vector<Toggle>>& sets);

/// "a+b"
std::string name_of(const std::vector<Toggle>& set);

}  // namespace leakrig
