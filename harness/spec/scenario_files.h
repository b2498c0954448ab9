#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace leakrig {

/// Where the shipped scenarios are: $LEAKRIG_SCENARIOS, ./scenarios, scenarios/ of the source tree that the
/// program was built in, or share/leakrig/scenarios beside the bin/ that it is installed in. Empty if there
/// is none.
std::filesystem::path scenarios_directory();

/// The shipped scenario files, by path; those that are built in (built_in.h) where there is no directory.
std::vector<std::filesystem::path> shipped_scenarios();

/// What the user wrote: a path, or the name of a shipped scenario. The path as written if it is neither, for
/// the loader's message.
std::filesystem::path find_scenario(const std::string& written);

}  // namespace leakrig
