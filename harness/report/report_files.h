#pragma once

#include <filesystem>
#include <string>

#include "harness/analysis/analysis.h"
#include "harness/core/whole_file.h"

namespace leakrig {

/// Beside those of run_file.
inline constexpr const char* kPage = "report.html";

/// Writes result.json, report.md and report.html into the run directory, each whole or not at all. Throws
/// Error if it cannot, and UsageError for a result.json there that is not one of leakrig's.
void write_report_files(const Analysis& analysis, const std::filesystem::path& directory);

/// The environment's variable that --color sets: "auto", "always" or "never".
inline constexpr const char* kColorSetting = "LEAKRIG_COLOR";

/// Colours were asked for; or they were left to standard output, which is a terminal, not a dumb one, and
/// NO_COLOR is not set.
bool stdout_has_color();

}  // namespace leakrig
