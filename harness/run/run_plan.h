#pragma once

#include <string>
#include <vector>

#include "harness/spec/scenario_spec.h"

namespace leakrig {

/// What is run, in order: the variants and then the controls, once a replicate, in the file's order in odd
/// ones and reversed in even ones (A B B A), so that a drift of the machine falls on all alike.
std::vector<Variant> run_plan(const ScenarioSpec& scenario);

/// "a", "a (2)": a variant's name with its replicate, for people.
std::string run_label(const Variant& variant);
/// "a", "a.2": the same at the beginning of a file's name.
std::string file_stem(const Variant& variant);

}  // namespace leakrig
