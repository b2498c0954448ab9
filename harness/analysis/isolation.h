#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// What a switch does to what the reference has too much of.
enum class Effect {
  effective,    ///< stops it
  partial,      ///< less of it, but not enough
  ineffective,  ///< the same, though it reached the wire
  inert,        ///< the same, and no server can see that anything was switched
  harmful,      ///< more of it, something else grows instead, or collection is starved
  open,         ///< the run does not decide
  failed,       ///< the subject or the rig failed
};
const char* to_string(Effect effect);

/// One target, before and after.
struct TargetChange {
  std::string target;  ///< a metric, "connections_per_min" or "requests_per_min"
  double before = 0;   ///< per scenario minute
  double after = 0;
  double difference = 0;
  double ci_low = 0;  ///< 90 % interval of the difference
  double ci_high = 0;
  Effect effect = Effect::open;
};

struct SwitchFinding {
  std::string name;    ///< the variant
  std::string kind;    ///< "defect", "transport", "component", ...; "combination" for several at once
  std::string about;   ///< what the switch changes, for people
  std::string blames;  ///< what is to blame if it is effective
  Effect effect = Effect::open;
  std::vector<TargetChange> changes;  ///< one for each target
  double lost_share = 0;              ///< lines lost of those written
  std::string failure;                ///< what happened, where it has failed
  std::string grows_instead;          ///< a metric that grows with the switch and does not without it
  double grows_instead_per_min = 0;
  bool starves = false;  ///< loses lines that the reference does not
  std::optional<double> minutes_to_decide;
  /// Whether both variants' connections were seen, so that `ineffective` and `inert` can be told apart.
  bool wire_was_seen = false;
};

/// What came of isolating a reference's growth.
struct Isolation {
  std::string scenario;
  std::string reference;
  std::vector<std::string> targets;     ///< empty: nothing grows that must not
  std::vector<SwitchFinding> switches;  ///< one at a time, the most specific kind first
  std::vector<SwitchFinding> combinations;
  std::string cause;              ///< the switch or combination that names it; empty if none was found
  std::vector<std::string> next;  ///< commands that would decide what is open
  Environment environment;

  const SwitchFinding* find(const std::string& name) const;
};

/// isolation.json, schema "leakrig/isolation/1".
nlohmann::json isolation_json(const Isolation& isolation);

/// The first effective switch: they stand in the order of how specific they are. Empty if there is none.
std::string name_cause(const std::vector<SwitchFinding>& findings);

/// What isolation looks at: the judged metrics that leak in the reference; if none does, those costs of the
/// reference that the scenario expects to be at least something. Empty if there is nothing to isolate.
std::vector<std::string> isolation_targets(const Analysis& analysis,
                                           const std::vector<Expectation>& expected_of_reference);

/// Each variant but the reference against it. `removes_work`: variants that switch a component off, whose
/// lost lines are no surprise. Growth is compared as everywhere; costs are counts of events, and their
/// interval is that of a difference of Poisson rates. Pure.
std::vector<SwitchFinding> examine_switches(const Analysis& analysis, const std::vector<std::string>& targets,
                                            const std::vector<std::string>& removes_work);

}  // namespace leakrig
