#include "harness/cli/scenario_notes.h"

#include <fmt/format.h>

#include <cstdio>

namespace leakrig {

void print_notes(const ScenarioSpec& scenario) {
  for (const auto& note : scenario.notes)
    fmt::print(stderr, "leakrig: note: {}: {}\n", scenario.source, note);
}

}  // namespace leakrig
