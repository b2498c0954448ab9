#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/report_files.h"
#include "harness/core/run_record.h"
#include "harness/report/report.h"

namespace leakrig {
namespace {

struct Options {
  std::string directory;
  std::string format;
  bool json = false;
  bool quiet = false;
};

ExitCode report(const Options& options) {
  const ReportFormat& format = report_format(options.json ? "json" : options.format);
  const Analysis analysis = analyze(load_run_record(options.directory));
  write_report_files(analysis, options.directory);
  if (!options.quiet) fmt::print("{}", format.render(analysis, {stdout_has_color()}));
  return ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_report(CLI::App& app) {
  app.footer("Example:\n  leakrig report runs/task3-disable-keepalives --format markdown");
  auto options = std::make_shared<Options>();
  app.add_option("RUN_DIR", options->directory,
                 "A run directory: samples.jsonl and ledger.jsonl are read, result.json and "
                 "report.md made again")
      ->required();
  std::string formats;
  for (const auto& format : report_formats())
    formats += fmt::format("{}{}", formats.empty() ? "" : ", ", format.name);
  app.add_option("--format", options->format, "What to print: " + formats)->default_val("markdown");
  app.add_flag("--json", options->json, "The same as --format json");
  app.add_flag("-q,--quiet", options->quiet, "Write the files, print nothing");
  return [options] { return report(*options); };
}

}  // namespace leakrig
