#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/analysis/recorded_file.h"
#include "harness/cli/baseline_options.h"
#include "harness/cli/command.h"
#include "harness/core/say.h"
#include "harness/report/headlines.h"
#include "harness/report/recorded_words.h"
#include "harness/report/report_files.h"

namespace leakrig {
namespace {

using nlohmann::json;

struct AcceptOptions {
  std::string result;
  std::string to;
  bool even_if_inconclusive = false;
  bool quiet = false;
};

ExitCode accept(const AcceptOptions& options) {
  const json result = read_result(options.result);
  json baseline;
  try {
    baseline = baseline_of(result, options.even_if_inconclusive);
  } catch (const json::exception& e) {
    throw UsageError(fmt::format("{}: not a result of leakrig: {}", options.result, e.what()));
  }
  const std::filesystem::path file =
      options.to.empty() ? fmt::format("baselines/{}.json", result.at("scenario").get<std::string>())
                         : options.to;
  const json before = std::filesystem::exists(file) ? read_result(file.string()) : json::object();
  if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path());
  write_whole(file, baseline.dump(2, ' ', true) + "\n");
  if (!options.quiet) {
    const Acceptance acceptance = acceptance_of(before, baseline, file.string());
    say(stdout, "{}", paragraph(words::accepted_headline(acceptance)));
    for (const auto& line : words::accepted_lines(acceptance)) say(stdout, "{}\n", line);
    say(stdout, "commit {}\n", file.string());
  }
  return ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_baseline(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig run my-scenario.json --out runs/base\n  leakrig baseline accept runs/base\n  "
      "leakrig run my-scenario.json "
      "--baseline baselines/my-scenario.json");
  app.require_subcommand(1);
  auto options = std::make_shared<AcceptOptions>();
  CLI::App* verb = app.add_subcommand("accept", "Record a result as what later runs are held against");
  verb->add_option("RESULT", options->result, "A result.json, or a run directory")->required();
  verb->add_option("--to", options->to, "The file to write (baselines/SCENARIO.json)");
  verb->add_flag("--even-if-inconclusive", options->even_if_inconclusive, "Also what was not decided");
  verb->add_flag("-q,--quiet", options->quiet, "Print nothing");
  return [options] { return accept(*options); };
}

}  // namespace leakrig
