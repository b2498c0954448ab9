#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

struct RenderOptions {
  bool color = false;      ///< ANSI colours, where the format has them
  std::size_t width = 80;  ///< columns that a line for a terminal has
  /// A source file as compiled in to its path in the reader's tree; empty if it is not in it. Not set: taken
  /// as it is.
  std::function<std::string(const std::string&)> locate = {};
};

/// A way to write an Analysis down. One file a format, one row in report_formats().
struct ReportFormat {
  const char* name;
  const char* help;
  std::string (*render)(const Analysis& analysis, const RenderOptions& options);
};

/// Every format, the default first.
const std::vector<ReportFormat>& report_formats();

/// Throws UsageError that names the formats there are.
const ReportFormat& report_format(const std::string& name);

std::string render_markdown(const Analysis& analysis, const RenderOptions& options);
std::string render_json(const Analysis& analysis, const RenderOptions& options);
std::string render_csv(const Analysis& analysis, const RenderOptions& options);
std::string render_junit(const Analysis& analysis, const RenderOptions& options);
/// One self-contained file of less than kLargestPage bytes.
std::string render_html(const Analysis& analysis, const RenderOptions& options);
std::string render_openmetrics(const Analysis& analysis, const RenderOptions& options);
/// Annotations as workflow commands; the job summary is github_summary().
std::string render_github(const Analysis& analysis, const RenderOptions& options);
std::string render_console(const Analysis& analysis, const RenderOptions& options);

}  // namespace leakrig
