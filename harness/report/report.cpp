#include "harness/report/report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include "harness/report/result_json.h"

namespace leakrig {

const std::vector<ReportFormat>& report_formats() {
  static const std::vector<ReportFormat> formats{
      {"markdown", "the full report, as GitHub renders it", render_markdown},
      {"json", "result.json, schema leakrig/result/1", render_json},
      {"csv", "a row for each variant's metrics, for spreadsheets", render_csv},
      {"html", "one page with charts, without a network", render_html},
      {"junit", "JUnit XML: a test for each variant's metrics and expectations", render_junit},
      {"github", "annotations of a GitHub workflow", render_github},
      {"openmetrics", "OpenMetrics text, for Prometheus", render_openmetrics},
      {"console", "tables and findings for a terminal", render_console},
  };
  return formats;
}

const ReportFormat& report_format(const std::string& name) {
  std::string known;
  for (const auto& format : report_formats()) {
    if (name == format.name) return format;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", format.name);
  }
  throw UsageError(fmt::format("no report format \"{}\"; there are: {}", name, known));
}

std::string render_json(const Analysis& analysis, const RenderOptions&) {
  // Hostile names may hold bytes that are not UTF-8, or what a terminal obeys: replaced or escaped, not
  // refused.
  return result_json(analysis).dump(2, ' ', true, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace leakrig
