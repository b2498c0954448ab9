#include "harness/report/report_files.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "harness/core/run_record.h"
#include "harness/report/report.h"

namespace leakrig {

namespace {

/// A result.json of somebody else's is not ours to replace.
void check_own_result(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return;
  const auto result = nlohmann::json::parse(in, nullptr, false);
  const auto schema = result.is_object() ? result.find("schema") : result.end();
  if (schema != result.end() && schema->is_string() && schema->get<std::string>().starts_with("leakrig/"))
    return;
  throw UsageError(
      fmt::format("{}: is no result of leakrig's, and is not replaced: move it away", file.string()));
}

}  // namespace

void write_report_files(const Analysis& analysis, const std::filesystem::path& directory) {
  check_own_result(directory / run_file::kResult);
  write_whole(directory / run_file::kResult, render_json(analysis, {}));
  write_whole(directory / run_file::kReport, render_markdown(analysis, {}));
  write_whole(directory / kPage, render_html(analysis, {}));
}

bool stdout_has_color() {
  const auto setting = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string{value == nullptr ? "" : value};
  };
  const std::string wanted = setting(kColorSetting);
  if (wanted == "always" || wanted == "never") return wanted == "always";
  return ::isatty(STDOUT_FILENO) == 1 && setting("NO_COLOR").empty() && setting("TERM") != "dumb";
}

}  // namespace leakrig
