#pragma once

#include <filesystem>
#include <string>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// Beside those of run_file.
inline constexpr const char* kPage = "report.html";

/// Writes result.json, report.md and report.html into the run directory, each whole or not at all. Throws
/// Error if it cannot.
void write_report_files(const Analysis& analysis, const std::filesystem::path& directory);

/// Writes a file by way of a temporary name beside it, so that a reader never sees half of it. Throws Error
/// if it cannot.
void write_whole(const std::filesystem::path& file, const std::string& text);

/// Standard output is a terminal and NO_COLOR is not set.
bool stdout_has_color();

}  // namespace leakrig
