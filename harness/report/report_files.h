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

/// Standard output is a terminal and NO_COLOR is not set.
bool stdout_has_color();

}  // namespace leakrig
