#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "harness/analysis/lead.h"
#include "harness/cli/command.h"
#include "harness/core/metrics.h"
#include "harness/core/say.h"
#include "harness/history/history_view.h"
#include "harness/report/headlines.h"
#include "harness/report/history_page.h"
#include "harness/report/report_files.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

using nlohmann::json;

struct HistoryOptions {
  std::string file;
  std::string scenario;
  std::string variant;
  std::string metric;
  std::string branch;
  std::string html;
  bool json = false;
};

ExitCode list(const History& history, const HistoryOptions& options) {
  const auto scenarios = history.scenarios();
  if (options.json) {
    json out = json::array();
    for (const auto& s : scenarios)
      out.push_back({{"scenario", s.name},
                     {"results", s.results},
                     {"commits", s.commits},
                     {"first", s.first},
                     {"last", s.last},
                     {"last_passed", s.last_passed}});
    say(stdout, "{}\n", out.dump(2, ' ', true, json::error_handler_t::replace));
    return ExitCode::ok;
  }
  std::vector<std::string> failed;
  for (const auto& s : scenarios) {
    if (!s.last_passed) failed.push_back(s.name);
  }
  say(stdout, "{}\n", paragraph(headline_of_scenarios(failed, scenarios.size())));
  say(stdout, "{:<32} {:>8} {:>8}  {:<20}  {}\n", "scenario", "results", "commits", "last", "passed");
  for (const auto& s : scenarios)
    say(stdout, "{:<32} {:>8} {:>8}  {:<20}  {}\n", printable(s.name, 80), s.results, s.commits, s.last,
        s.last_passed ? "yes" : "no");
  return ExitCode::ok;
}

/// How bad a line's newest result is; of equals the first of the catalogue comes first.
std::pair<int, int> place_of(const HistoryLine& line) {
  const auto verdict =
      line.points.empty() ? MetricVerdict::stable : verdict_named(line.points.back().verdict);
  return {-severity_of(verdict), metric_info(line.series.metric).rank};
}

/// Those asked for; without a wish of every variant the judged metric whose newest result is worst.
std::vector<HistoryLine> lines_of(const History& history, const HistoryOptions& options) {
  std::vector<HistoryLine> lines;
  for (const auto& series : history.series(options.scenario)) {
    if (!options.variant.empty() && series.variant != options.variant) continue;
    if (!options.metric.empty() && series.metric != options.metric) continue;
    if (options.metric.empty() && !series.judged) continue;
    HistoryLine line = history_line(series, history.points(options.scenario, series, options.branch));
    const auto seen = std::find_if(lines.begin(), lines.end(), [&](const auto& each) {
      return options.metric.empty() && each.series.variant == series.variant;
    });
    if (seen == lines.end()) {
      lines.push_back(std::move(line));
    } else if (place_of(line) < place_of(*seen)) {
      *seen = std::move(line);
    }
  }
  return lines;
}

ExitCode show(const HistoryOptions& options) {
  if (!std::filesystem::exists(options.file)) throw UsageError(fmt::format("{}: no such file", options.file));
  const History history(options.file);
  if (options.scenario.empty()) return list(history, options);
  const auto lines = lines_of(history, options);
  if (lines.empty())
    throw UsageError(fmt::format(
        "{}: nothing recorded of that in scenario \"{}\" ('leakrig history FILE' lists what there is)",
        options.file, options.scenario));
  const json data = history_json(options.scenario, lines);
  if (!options.html.empty()) write_whole(options.html, history_page(data));
  if (options.json) {
    say(stdout, "{}\n", data.dump(2, ' ', true, json::error_handler_t::replace));
    return ExitCode::ok;
  }
  std::vector<RateHistory> histories;
  for (const auto& line : lines) histories.push_back(rate_history(line));
  say(stdout, "{}\n", paragraph(headline(histories)));
  for (const auto& line : lines) say(stdout, "{}\n", history_text(line));
  if (!options.html.empty()) say(stderr, "page: {}\n", options.html);
  return ExitCode::ok;
}

}  // namespace

std::function<ExitCode()> add_history(CLI::App& app) {
  app.footer(
      "Example:\n  leakrig run my-scenario.json --history leakrig.db\n  leakrig history leakrig.db "
      "my-scenario --html history.html\n\n"
      "A change is found by binary segmentation of the rates, weighted by their intervals; it needs p <= "
      "0.01 over all places "
      "tried,\na difference of more than the tolerance, and two results on either side.");
  auto options = std::make_shared<HistoryOptions>();
  app.add_option("FILE", options->file, "What 'run --history' has recorded")->required();
  app.add_option("SCENARIO", options->scenario, "Its rate over commits; without it: the scenarios there are");
  app.add_option("--variant", options->variant, "Only this variant");
  app.add_option("--metric", options->metric, "This metric (of each variant the worst that is judged)");
  app.add_option("--branch", options->branch, "Only results of this branch");
  app.add_option("--html", options->html, "Also write a page with a chart");
  app.add_flag("--json", options->json, "Print JSON");
  return [options] { return show(*options); };
}

}  // namespace leakrig
