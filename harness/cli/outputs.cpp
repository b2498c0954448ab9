#include "harness/cli/outputs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "harness/analysis/expectations.h"
#include "harness/core/say.h"
#include "harness/core/terminal.h"
#include "harness/history/history.h"
#include "harness/history/source_state.h"
#include "harness/report/github.h"
#include "harness/report/report.h"
#include "harness/report/report_files.h"
#include "harness/report/samples_csv.h"
#include "harness/report/sentences.h"

namespace leakrig {
namespace {

/// What --export takes besides the formats of reports: the readings themselves.
constexpr const char* kSamplesExport = "samples";

struct Export {
  const ReportFormat* format;  ///< null: the readings
  std::filesystem::path file;
};

Export parse_export(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals + 1 == text.size())
    throw UsageError(fmt::format("--export {}: FORMAT=FILE is needed, e.g. junit=leakrig.xml", text));
  const std::string name = text.substr(0, equals);
  return {name == kSamplesExport ? nullptr : &report_format(name), text.substr(equals + 1)};
}

RenderOptions render_options() {
  RenderOptions options;
  options.color = stdout_has_color();
  options.width = terminal_columns(STDOUT_FILENO);
  options.locate = [root = std::filesystem::current_path()](const std::string& file) {
    return locate_source(file, root);
  };
  return options;
}

/// What other steps of the job have written there counts towards GitHub's limit only within a step, but a
/// second leakrig of the same step does.
void append_step_summary(const Analysis& analysis) {
  const char* file = std::getenv("GITHUB_STEP_SUMMARY");
  if (file == nullptr || *file == '\0') return;
  std::error_code missing;
  const auto size = std::filesystem::file_size(file, missing);
  const std::size_t used = missing ? 0 : static_cast<std::size_t>(size);
  const std::size_t room = used < github_limit::kSummaryBytes ? github_limit::kSummaryBytes - used : 0;
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out << github_summary(analysis, room) << std::flush;
  if (!out) throw Error(fmt::format("{} (GITHUB_STEP_SUMMARY): cannot be written", file));
}

/// Why a run that is told to be quiet is exit 3 all the same, in a line.
void tell_failure(const Analysis& analysis) {
  for (const auto& variant : analysis.variants) {
    if (variant.outcome == Outcome::completed) continue;
    const std::string first_line = variant.detail.substr(0, variant.detail.find('\n'));
    say(stderr, "leakrig: {}: {}{}{}\n", variant.name, to_string(variant.outcome),
        first_line.empty() ? "" : ": ", first_line);
    return;
  }
  for (const auto& control : analysis.controls) {
    if (control.held) continue;
    say(stderr, "leakrig: {}: must be {}, is {}: what this run says cannot be relied on\n", control.run.name,
        control.expected, control.actual);
    return;
  }
  say(stderr, "leakrig: the run failed\n");
}

}  // namespace

void add_output_options(CLI::App& app, OutputOptions& options, const std::string& fallback) {
  std::string formats;
  for (const auto& format : report_formats())
    formats += fmt::format("{}{}", formats.empty() ? "" : ", ", format.name);
  app.add_option("--format", options.format, fmt::format("What to print: {} ({})", formats, fallback));
  app.add_flag("--json", options.json, "The same as --format json");
  app.add_option(
      "--export", options.exports,
      "Also write FORMAT=FILE, e.g. junit=leakrig.xml, or the readings: samples=FILE.csv (repeatable)");
  app.add_option(
      "--history", options.history,
      "Record the result with its commit and branch in this SQLite file ('leakrig history' reads it)");
  app.add_flag("--github", options.github,
               "Also annotate, as a GitHub workflow does, and append to the job summary");
  app.add_flag(
      "--strict,!--no-strict", options.strict,
      "Fail (1) where evidence is missing: growth that is not judged, children that are not counted, an "
      "idle subject, a silent probe (the default where CI is set)");
}

void check_outputs(const OutputOptions& options) {
  if (!options.format.empty()) report_format(options.format);
  for (const auto& text : options.exports) parse_export(text);
  if (!options.history.empty()) History{options.history};
}

void apply_strict(const OutputOptions& options, Analysis& analysis) {
  const char* ci = std::getenv("CI");
  const bool in_ci =
      ci != nullptr && *ci != '\0' && std::string_view{ci} != "false" && std::string_view{ci} != "0";
  if (options.strict.value_or(in_ci)) require_evidence(analysis);
}

void write_outputs(const OutputOptions& options, const Analysis& analysis, const std::string& fallback) {
  const RenderOptions render = render_options();
  RenderOptions in_file;
  in_file.locate = render.locate;
  for (const auto& text : options.exports) {
    const Export wanted = parse_export(text);
    if (wanted.format == nullptr) continue;  // write_samples
    write_whole(wanted.file, wanted.format->render(analysis, in_file));
  }
  if (!options.history.empty()) History(options.history).record(result_json(analysis), describe_source());
  const std::string name = options.json ? "json" : options.format.empty() ? fallback : options.format;
  if ((!options.quiet || options.json) && !name.empty())
    say(stdout, "{}", report_format(name).render(analysis, render));
  if (options.github && name != "github") say(stdout, "{}", render_github(analysis, render));
  if (options.github || name == "github") append_step_summary(analysis);
  std::fflush(stdout);
  if (!options.quiet || analysis.exit_code == ExitCode::ok) return;
  if (analysis.exit_code == ExitCode::failed) {
    tell_failure(analysis);
  } else {
    say(stderr, "leakrig: {}\n", headline(analysis));
  }
}

void write_samples(const OutputOptions& options, const std::function<RunRecord()>& load) {
  for (const auto& text : options.exports) {
    const Export wanted = parse_export(text);
    if (wanted.format == nullptr) write_whole(wanted.file, samples_csv(load()));
  }
}

std::string locate_source(const std::string& file, const std::filesystem::path& root) {
  std::filesystem::path rest = std::filesystem::path{file}.lexically_normal();
  if (const auto below = rest.lexically_relative(root); rest.is_absolute() && *below.begin() != "..")
    return std::filesystem::is_regular_file(rest) ? below.string() : "";
  rest = rest.relative_path();
  while (!rest.empty()) {
    if (*rest.begin() != ".." && std::filesystem::is_regular_file(root / rest)) return rest.string();
    std::filesystem::path shorter;
    for (auto part = std::next(rest.begin()); part != rest.end(); ++part) shorter /= *part;
    rest = shorter;
  }
  return "";
}

}  // namespace leakrig
