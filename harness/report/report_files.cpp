#include "harness/report/report_files.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "harness/report/report.h"

namespace leakrig {

void write_whole(const std::filesystem::path& file, const std::string& text) {
  // Two processes may be writing the same report: each has a name of its own, and the last one stays.
  const std::filesystem::path partial = fmt::format("{}.{}.partial", file.string(), ::getpid());
  std::ofstream out(partial, std::ios::binary);
  out << text << std::flush;
  if (!out) throw Error(fmt::format("{}: cannot be written", file.string()));
  std::filesystem::rename(partial, file);
}

void write_report_files(const Analysis& analysis, const std::filesystem::path& directory) {
  write_whole(directory / run_file::kResult, render_json(analysis, {}));
  write_whole(directory / run_file::kReport, render_markdown(analysis, {}));
  write_whole(directory / kPage, render_html(analysis, {}));
}

bool stdout_has_color() {
  const char* no_color = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

}  // namespace leakrig
