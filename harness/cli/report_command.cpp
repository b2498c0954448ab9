
#include <memory>

#include "harness/cli/command.h"
#include "harness/cli/outputs.h"
#include "harness/cli/report_files.h"
#include "harness/core/run_record.h"

namespace leakrig {
namespace {

struct Options {
  std::string directory;
  OutputOptions output;
};

ExitCode report(const Options& options) {
  check_outputs(options.output);
  const Analysis analysis = analyze(load_run_record(options.directory));
  write_report_files(analysis, options.directory);
  write_outputs(options.output, analysis, "markdown");
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
  add_output_options(app, options->output, "markdown");
  app.add_flag("-q,--quiet", options->output.quiet, "Write the files, print nothing");
  return [options] { return report(*options); };
}

}  // namespace leakrig
