#include <memory>

#include "harness/analysis/analyze.h"
#include "harness/cli/baseline_options.h"
#include "harness/cli/command.h"
#include "harness/cli/outputs.h"
#include "harness/core/run_record.h"
#include "harness/core/say.h"
#include "harness/report/report_files.h"
#include "harness/run/merge.h"
#include "harness/run/run_directory.h"

namespace leakrig {
namespace {

struct MergeOptions {
  std::vector<std::string> shards;
  std::string out;
  BaselineOptions baseline;
  OutputOptions output;
};

ExitCode merge(const MergeOptions& options) {
  check_outputs(options.output);
  const std::filesystem::path out =
      options.out.empty() ? fresh_run_directory("merged") : std::filesystem::path{options.out};
  try {
    merge_shards({options.shards.begin(), options.shards.end()}, out);
  } catch (const Error&) {
    if (options.out.empty()) std::filesystem::remove(out);  // the fresh one: nothing is left of a merge that failed
    throw;
  }
  Analysis analysis = analyze(load_run_record(out));
  check_baseline(options.baseline, analysis.scenario);
  hold_against_baseline(options.baseline, analysis);
  apply_strict(options.output, analysis);
  write_report_files(analysis, out);
  write_samples(options.output, [&] { return load_run_record(out); });
  write_outputs(options.output, analysis, "markdown");
  if (!options.output.quiet) say(stderr, "report: {}\n", (out / run_file::kReport).string());
  return analysis.exit_code;
}

}  // namespace

std::function<ExitCode()> add_merge(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig run my-scenario --shard 1/2 --out one    (on one machine)\n"
      "  leakrig run my-scenario --shard 2/2 --out two    (on another)\n  leakrig merge one two --out "
      "whole\n\n"
      "The order does not matter. Expectations and comparisons are judged here, and the exit code is the "
      "run's.");
  auto options = std::make_shared<MergeOptions>();
  app.add_option("RUN", options->shards, "The run directories of all shards")->required();
  app.add_option("--out", options->out, "The run directory to make (runs/merged-TIME)");
  add_baseline_options(app, options->baseline);
  add_output_options(app, options->output, "markdown");
  app.add_flag("-q,--quiet", options->output.quiet, "Write the files, print nothing");
  return [options] { return merge(*options); };
}

}  // namespace leakrig
