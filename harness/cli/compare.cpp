#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/report/result_json.h"
#include "harness/analysis/compared_wires.h"
#include "harness/analysis/side_by_side.h"
#include "harness/cli/command.h"
#include "harness/core/run_record.h"
#include "harness/core/say.h"
#include "harness/report/report_files.h"
#include "harness/report/side_by_side.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

struct CompareOptions {
  std::vector<std::string> results;
  std::string metric;
  std::string baseline;
  std::string format;
  bool json = false;
};

/// A result.json as it is; of a run directory what its samples say today.
RecordedResult load(const std::string& path) {
  std::error_code ec;
  if (fs::is_directory(path, ec)) {
    const Analysis analysis = analyze(load_run_record(path));
    return recorded_result(path, analysis, result_json(analysis));
  }
  if (!fs::is_regular_file(path, ec))
    throw UsageError(fmt::format("{}: neither a result.json nor a run directory", path));
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw UsageError(fmt::format("{}: cannot be read", path));
  auto result = nlohmann::json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  if (result.is_discarded()) throw UsageError(fmt::format("{}: not JSON", path));
  return {path, std::move(result)};
}

ExitCode compare(const CompareOptions& options) {
  std::vector<RecordedResult> results;
  for (const auto& path : options.results) results.push_back(load(path));
  const SideBySide table = side_by_side(results, options.metric, options.baseline);
  if (options.json || options.format == "json") {
    say(stdout, "{}\n", side_by_side_json(table).dump(2));
  } else if (options.format == "console" || (options.format.empty() && ::isatty(STDOUT_FILENO) == 1)) {
    say(stdout, "{}", render_side_by_side_console(table, stdout_has_color()));
  } else {
    say(stdout, "{}", render_side_by_side_markdown(table));
  }
  return ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_compare(CLI::App& app) {
  app.footer(
      "The rates, what each variant costs and how it stands against the baseline, which is the first "
      "result's.\n"
      "Example:\n  leakrig compare runs/monday runs/tuesday/result.json --metric sockets");
  auto options = std::make_shared<CompareOptions>();
  app.add_option("RESULT", options->results, "Files result.json or run directories, any number")->required();
  app.add_option("--metric", options->metric, "What to compare (the first metric that all have)");
  app.add_option("--baseline", options->baseline,
                 "The variant to compare with (the first result's baseline)");
  app.add_option("--format", options->format, "What to print (console on a terminal, else markdown)")
      ->check(CLI::IsMember({"console", "markdown", "json"}));
  app.add_flag("--json", options->json, "The same as --format json");
  return [options] { return compare(*options); };
}

}  // namespace leakrig
