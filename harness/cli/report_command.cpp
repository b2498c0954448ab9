
#include <memory>

#include "harness/analysis/analyze.h"
#include "harness/cli/baseline_options.h"
#include "harness/cli/command.h"
#include "harness/cli/outputs.h"
#include "harness/core/run_record.h"
#include "harness/report/report_files.h"

namespace leakrig {
namespace {

struct ReportOptions {
  std::string directory;
  BaselineOptions baseline;
  OutputOptions output;
};

ExitCode report(const ReportOptions& options) {
  check_outputs(options.output);
  Analysis analysis = analyze(load_run_record(options.directory));
  hold_against_baseline(options.baseline, analysis);
  apply_strict(options.output, analysis);
  write_report_files(analysis, options.directory);
  write_samples(options.output, [&] { return load_run_record(options.directory); });
  write_outputs(options.output, analysis, "markdown");
  const bool asked = !options.baseline.file.empty() || options.output.strict.value_or(false);
  return asked ? analysis.exit_code : ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_report(CLI::App& app) {
  app.footer("Example:\n  leakrig report runs/task3-disable-keepalives --format markdown");
  auto options = std::make_shared<ReportOptions>();
  app.add_option("RUN_DIR", options->directory,
                 "A run directory: samples.jsonl and ledger.jsonl are read, result.json and "
                 "report.md made again")
      ->required();
  add_baseline_options(app, options->baseline);
  add_output_options(app, options->output, "markdown");
  app.add_flag("-q,--quiet", options->output.quiet, "Write the files, print nothing");
  return [options] { return report(*options); };
}

}  // namespace leakrig
