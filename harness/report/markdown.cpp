#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "harness/core/units.h"
#include "harness/report/configuration.h"
#include "harness/report/findings.h"
#include "harness/report/format.h"
#include "harness/report/report.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// Text that grows by formatted pieces.
class Page {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }
  void list(const std::vector<std::string>& items) {
    for (const auto& item : items) add("- {}\n", item);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string plain(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    if (c == '<') c = '(';
    if (c == '>') c = ')';
  }
  return text;
}

const char* status_of(const Analysis& analysis) {
  switch (analysis.exit_code) {
    case ExitCode::ok:
      return "✅ every expectation held";
    case ExitCode::expectation_failed:
      return "❌ an expectation failed";
    case ExitCode::inconclusive:
      return "❓ inconclusive";
    case ExitCode::interrupted:
      return "⚠️ interrupted: a partial report";
    case ExitCode::usage:
    case ExitCode::failed:
      break;
  }
  if (!analysis.controls_held()) return "❌ a control failed: the verdicts below cannot be relied on";
  return "❌ the subject or the rig failed";
}

std::string env_text(const Analysis& analysis, const char* key) {
  if (!analysis.environment.contains(key)) return "unknown";
  const json& value = analysis.environment.at(key);
  return plain(value.is_string() ? value.get<std::string>() : value.dump());
}

void head(Page& page, const Analysis& analysis) {
  page.add("# {}\n\n",
           plain(analysis.scenario.value("title", analysis.scenario.value("name", "leakrig report"))));
  page.add("**Scenario**: {}  \n**Date**: {}  \n**Status**: {}\n\n---\n\n",
           code(analysis.scenario.value("name", "")), env_text(analysis, "date"), status_of(analysis));
}

void conditions(Page& page, const Analysis& analysis) {
  const json& s = analysis.scenario;
  const auto at = [&](const char* pointer, const char* fallback) {
    const json::json_pointer place{pointer};
    if (!s.contains(place)) return std::string{fallback};
    return s.at(place).is_string() ? s.at(place).get<std::string>() : s.at(place).dump();
  };
  page.add("## Conditions\n\n| Condition | Value |\n|---|---|\n");
  page.add("| Host | {}, kernel {}, {} CPUs |\n", env_text(analysis, "host"), env_text(analysis, "kernel"),
           env_text(analysis, "cpus"));
  page.add("| leakrig | {}, {} |\n", env_text(analysis, "leakrig"), env_text(analysis, "compiler"));
  page.add("| Fleet | {} containers, {} lines/s each, seed {} |\n", at("/fleet/containers", "8"),
           at("/fleet/logs/lines_per_s", "2"), at("/fleet/seed", "1"));
  page.add("| Sampling | warm-up {}, {} measured, a reading every {}, a table row every {} |\n",
           at("/sampling/warmup", "1m"), at("/sampling/duration", "5m"), at("/sampling/resolution", "2s"),
           at("/sampling/every", "1m"));
  if (const auto replicates = at("/replicates", "1"); replicates != "1") {
    page.add("| Replicates | {} of each variant, interleaved A B B A; the estimates are over all of them |\n",
             replicates);
  }
  page.add("| Time scale | {} scenario seconds a wall second; every time and rate below is scenario time |\n",
           at("/sampling/time_scale", "60"));
  const stats::GrowthOptions rule;
  page.add(
      "| Decision | the {} interval of the rate (two thirds of the error below it) against a tolerance of "
      "{:g}/min; a leak must besides be growth "
      "with p < {:g}, a stable rate exclude three times the tolerance |\n\n",
      percent_text(analysis.confidence), analysis.tolerance_per_min, rule.doubt_of_growth);

  page.add(
      "| Variant | Readings | Missed | Latest reading | Rig threads | Rig fds | Rig CPU "
      "|\n|---|---|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) {
    const auto& q = variant.sampling;
    page.add("| {} | {} | {} | {:.1f} ms late | {:.0f} | {:.0f} | {:.2f} s |\n", code(variant.name),
             q.slots - q.missed, q.missed, q.latest_ms, q.rig_threads, q.rig_fds, q.rig_cpu_s);
  }
  page.add("\n");
}

void configuration(Page& page, const Analysis& analysis) {
  page.add("## Configuration\n\n");
  for (const auto& variant : analysis.variants) {
    const auto changes = changes_of(analysis, variant.name);
    page.add("### {}{}\n\n", code(variant.name),
             variant.name == analysis.baseline && analysis.variants.size() > 1 ? " (baseline)" : "");
    if (changes.empty()) {
      page.add("The scenario as it stands.\n\n");
      continue;
    }
    page.add("| Option | Before | After |\n|---|---|---|\n");
    for (const auto& change : changes)
      page.add("| {} | {} | {} |\n", code(change.option), code(change.before), code(change.after));
    page.add("\n");
  }
}

void growth_table(Page& page, const MetricAnalysis& metric) {
  page.add("| Time | {} | Growth | Rate/min |\n|---|---|---|---|\n", metric_title(metric.name));
  for (const auto& row : metric.table) {
    const bool last = &row == &metric.table.back() && row.rate_per_min;
    std::string rate = "-";
    if (row.rate_per_min) {
      rate = metric.unit == "bytes" ? humanize_bytes(static_cast<double>(*row.rate_per_min)) + "/min"
                                    : fmt::format("{}/min", *row.rate_per_min);
    }
    page.add("| T+{:g} | {} | {} | {} |\n", row.minute, count_text(metric, row.count),
             growth_text(metric, row.growth), last ? "**" + rate + "**" : rate);
  }
  page.add("\n");
}

/// GitHub draws Mermaid; each line is a variant, each point a table row.
void chart(Page& page, const Analysis& analysis, const std::string& metric_name) {
  const VariantAnalysis* longest = nullptr;
  for (const auto& variant : analysis.variants) {
    const auto* metric = variant.metric(metric_name);
    if (metric == nullptr || metric->table.size() < 2) continue;
    if (longest == nullptr || metric->table.size() > longest->metric(metric_name)->table.size())
      longest = &variant;
  }
  if (longest == nullptr) return;
  std::vector<std::string> minutes;
  for (const auto& row : longest->metric(metric_name)->table)
    minutes.push_back(fmt::format("{:g}", row.minute));
  page.add(
      "```mermaid\nxychart-beta\n    title \"{} by minute\"\n    x-axis \"minutes from T+0\" [{}]\n    "
      "y-axis \"{}\"\n",
      metric_title(metric_name), fmt::join(minutes, ", "), metric_noun(metric_name));
  std::vector<std::string> drawn;
  for (const auto& variant : analysis.variants) {
    const auto* metric = variant.metric(metric_name);
    if (metric == nullptr || metric->table.size() < 2) continue;
    std::vector<std::string> counts;
    for (const auto& row : metric->table) counts.push_back(fmt::format("{:g}", row.count));
    page.add("    line [{}]\n", fmt::join(counts, ", "));
    drawn.push_back(code(variant.name));
  }
  page.add("```\n\nLines, in the order drawn: {}.\n\n", fmt::join(drawn, ", "));
}

std::string title_case(const std::string& metric_name) {
  return metric_title(metric_name) + " growth";
}

void results(Page& page, const Analysis& analysis) {
  page.add("## Results\n\n");
  if (!analysis.variants.empty() && analysis.variants.front().primary() != nullptr) {
    chart(page, analysis, analysis.variants.front().primary()->name);
  }
  for (const auto& variant : analysis.variants) {
    page.add("### {}\n\n", code(variant.name));
    if (variant.outcome != Outcome::completed)
      page.add("> **{}**: {}\n\n", to_string(variant.outcome), plain(variant.detail));
    else if (!variant.detail.empty())
      page.add("> {}\n\n", plain(variant.detail));
    for (const auto& metric : variant.metrics) {
      page.add("#### {} ({}{})\n\n", title_case(metric.name), code(variant.name),
               variant.replicates > 1 ? fmt::format(", the first of {} replicates", variant.replicates) : "");
      growth_table(page, metric);
    }
    page.add(
        "#### Summary ({})\n\n| Metric | T+0 | End | Total growth | Estimated rate | Verdict "
        "|\n|---|---|---|---|---|---|\n",
        code(variant.name));
    for (const auto& metric : variant.metrics) {
      page.add("| {}{} | {} | {} | {} | {} | **{}**{} |\n", metric_title(metric.name),
               variant.replicates > 1 ? ", all replicates" : "", count_text(metric, metric.baseline),
               count_text(metric, metric.final), growth_text(metric, metric.final - metric.baseline),
               estimate_text(metric), to_string(metric.verdict), metric.judged ? "" : " (not judged)");
      for (const auto& replicate : metric.replicates) {
        page.add("| {}, replicate {} | {} | {} | {} | {} | {} |\n", metric_title(metric.name),
                 replicate.replicate, count_text(metric, replicate.baseline),
                 count_text(metric, replicate.final),
                 growth_text(metric, replicate.final - replicate.baseline), estimate_text(metric, replicate),
                 to_string(replicate.verdict));
      }
    }
    page.add("\n");
  }
}

std::string comparison_cell(const Analysis& analysis, const VariantAnalysis& variant,
                            const std::string& metric) {
  if (variant.name == analysis.baseline) return "baseline";
  const auto* comparison = analysis.comparison(variant.name, metric);
  return comparison == nullptr ? "-" : fmt::format("**{}**", to_string(comparison->difference.verdict));
}

void comparison(Page& page, const Analysis& analysis) {
  if (analysis.variants.size() > 1) {
    page.add(
        "## Comparison\n\n| Variant | Metric | Rate | Verdict | Against the baseline "
        "|\n|---|---|---|---|---|\n");
    for (const auto& variant : analysis.variants) {
      const auto* primary = variant.primary();
      if (primary == nullptr) continue;
      page.add("| {} | {} | {} | **{}** | {} |\n", code(variant.name), metric_title(primary->name),
               estimate_text(*primary), to_string(primary->verdict),
               comparison_cell(analysis, variant, primary->name));
    }
    page.add("\n");
  }
  page.add(
      "### What each costs\n\n| Variant | Lines written | Lost | Duplicated | Latency p50 | p99 | "
      "Connections/min | CPU per 1,000 lines |\n"
      "|---|---|---|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) {
    const auto& costs = variant.costs;
    const Delivery d = costs.delivery.value_or(Delivery{});
    const auto milliseconds = [&](double ms) { return costs.delivery ? fmt::format("{:.0f} ms", ms) : "-"; };
    page.add("| {} | {} | {} | {} | {} | {} | {:.1f} | {} |\n", code(variant.name),
             with_thousands(static_cast<std::int64_t>(d.lines_written)),
             with_thousands(static_cast<std::int64_t>(d.lines_lost)),
             with_thousands(static_cast<std::int64_t>(d.lines_duplicated)), milliseconds(d.latency_p50_ms),
             milliseconds(d.latency_p99_ms), costs.connections_per_min,
             costs.cpu_s_per_1000_lines ? fmt::format("{:.1f} ms", *costs.cpu_s_per_1000_lines * 1e3) : "-");
  }
  page.add("\n");
}

/// By themselves: what they show is whether the rest can be believed.
void controls(Page& page, const Analysis& analysis) {
  if (analysis.controls.empty()) return;
  page.add(
      "## Controls\n\nRun beside the variants to check the rig itself: the baseline once more, and a leak of "
      "known rate where the subject allows one.\n\n"
      "| Control | Metric | Estimated rate | Must be | Is | Held |\n|---|---|---|---|---|---|\n");
  for (const auto& control : analysis.controls) {
    const auto* metric = control.run.metric(control.metric);
    page.add("| {} | {} | {} | {} | {} | {} |\n", code(control.run.name), metric_title(control.metric),
             metric == nullptr ? "-" : estimate_text(*metric), control.expected, control.actual,
             control.held ? "✅" : "❌");
  }
  page.add("\n");
  for (const auto& control : analysis.controls) {
    if (control.run.outcome != Outcome::completed && !control.run.detail.empty())
      page.add("> {}: {}\n\n", code(control.run.name), plain(control.run.detail));
  }
}

void growing(Page& page, const Analysis& analysis) {
  constexpr std::size_t kMostRows = 8;
  page.add("## What is growing\n\n");
  bool any = false;
  for (const auto& variant : analysis.variants) {
    if (variant.attribution.empty() && variant.orphans.empty()) continue;
    any = true;
    if (!variant.attribution.empty()) {
      page.add("| In {} | Kind | Growth | Rate | Share |\n|---|---|---|---|---|\n", code(variant.name));
      for (std::size_t i = 0; i < std::min(kMostRows, variant.attribution.size()); ++i) {
        const auto& row = variant.attribution[i];
        const std::string interval =
            row.ci ? fmt::format(" ({:.1f} to {:.1f})", (*row.ci)[0], (*row.ci)[1]) : "";
        // The end of a stack's name is its file and line.
        page.add("| {} | {} | {:+.0f} | {:+.1f}/min{} | {} |\n", code(row.name, 200), row.kind, row.growth,
                 row.rate_per_min, interval, row.share == 0 ? "-" : fmt::format("{:.0f} %", row.share * 100));
      }
      page.add("\n");
    }
    if (!variant.orphans.empty()) {
      page.add(
          "| Open at the fake Docker ({}) | At T+0 | At the end | Superseded | Superseded rate | Oldest "
          "superseded |\n|---|---|---|---|---|---|\n",
          code(variant.name));
      for (const auto& row : variant.orphans) {
        page.add("| {} | {} | {} | {} | {:+.1f}/min | {} |\n", code(row.request), row.open_at_start,
                 row.open_at_end, row.count, row.rate_per_min,
                 row.count == 0 ? "-" : humanize_duration(from_seconds(row.oldest_s)));
      }
      page.add("\n");
    }
  }
  if (!any) page.add("Nothing.\n\n");
}

void conclusions(Page& page, const Analysis& analysis, const Findings& findings) {
  page.add("## Analysis\n\n");
  const auto part = [&](const char* title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    page.add("### {}\n\n", title);
    page.list(items);
    page.add("\n");
  };
  part("Confirmed", findings.confirmed);
  part("Ruled out", findings.ruled_out);
  part("Not decided", findings.open);

  page.add("### Expectations\n\n| Variant | What | Expected | Measured | Held |\n|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) {
    for (const auto& e : variant.expectations) {
      page.add("| {} | {} | {} | {} | {} |\n", code(variant.name), code(e.what), e.expected, e.actual,
               e.held ? "✅" : "❌");
    }
  }
  page.add("\n## Recommendation\n\n");
  if (findings.recommendations.empty()) page.add("None: the numbers carry none.\n");
  page.list(findings.recommendations);
}

}  // namespace

std::string render_markdown(const Analysis& analysis, const RenderOptions&) {
  const Findings findings = findings_of(analysis);
  Page page;
  head(page, analysis);
  page.add("## Executive summary\n\n");
  page.list(findings.summary);
  page.add("\n");
  conditions(page, analysis);
  configuration(page, analysis);
  results(page, analysis);
  comparison(page, analysis);
  controls(page, analysis);
  growing(page, analysis);
  conclusions(page, analysis, findings);
  return page.take();
}

}  // namespace leakrig
