#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/core/units.h"
#include "harness/report/findings.h"
#include "harness/report/format.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

/// ANSI colours, or nothing.
class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  std::string operator()(const char* code, const std::string& text) const {
    return on_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
  }
  std::string verdict(const std::string& text) const {
    if (text == "leak" || text == "worse") return (*this)("31;1", text);
    if (text == "stable" || text == "improved") return (*this)("32;1", text);
    if (text == "capped" || text == "inconclusive") return (*this)("33;1", text);
    return (*this)("1", text);
  }
  std::string bold(const std::string& text) const { return (*this)("1", text); }

 private:
  bool on_;
};

/// Sentences are written for Markdown; a terminal does without its marks. Control characters never reach it.
std::string stripped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '`') continue;
    if (text.compare(i, 2, "**") == 0) {
      ++i;
      continue;
    }
    out += text[i];
  }
  return printable(out, 4000);
}

void add_table(std::string& out, const MetricAnalysis& metric) {
  fmt::format_to(std::back_inserter(out), "  {:>6}  {:>16}  {:>12}  {:>12}\n", "Time",
                 metric_title(metric.name), "Growth", "Rate/min");
  for (const auto& row : metric.table) {
    std::string rate = "-";
    if (row.rate_per_min) {
      rate = row_rate_text(metric, row);
    }
    fmt::format_to(std::back_inserter(out), "  {:>6}  {:>16}  {:>12}  {:>12}\n", mark_text(row.minute),
                   count_text(metric, row.count), growth_text(metric, row.growth), rate);
  }
}

void add_variant(std::string& out, const VariantAnalysis& variant, const Painter& paint) {
  fmt::format_to(std::back_inserter(out), "\n{}  {}\n", paint.bold(stripped(variant.name)),
                 paint.verdict(to_string(variant.verdict)));
  if (variant.outcome != Outcome::completed) {
    fmt::format_to(std::back_inserter(out), "  {}: {}\n", to_string(variant.outcome),
                   stripped(variant.detail));
  }
  if (const auto* primary = variant.primary()) add_table(out, *primary);
  for (const auto& metric : variant.metrics) {
    fmt::format_to(std::back_inserter(out), "  {:<18}{:>12} -> {:<12}{:<52} {}\n", metric_title(metric.name),
                   count_text(metric, metric.start), count_text(metric, metric.final), estimate_text(metric),
                   paint.verdict(to_string(metric.verdict)));
  }
}

void add_list(std::string& out, const char* title, const std::vector<std::string>& items,
              const Painter& paint) {
  if (items.empty()) return;
  fmt::format_to(std::back_inserter(out), "\n{}\n", paint.bold(title));
  for (const auto& item : items) fmt::format_to(std::back_inserter(out), "  - {}\n", stripped(item));
}

}  // namespace

std::string render_console(const Analysis& analysis, const RenderOptions& options) {
  const Painter paint{options.color};
  const Findings findings = findings_of(analysis);
  std::string out;
  fmt::format_to(std::back_inserter(out), "{}\n",
                 paint.bold(stripped(analysis.scenario.value("title", analysis.scenario.value("name", "")))));
  for (const auto& variant : analysis.variants) add_variant(out, variant, paint);
  add_list(out, "Summary", findings.summary, paint);
  add_list(out, "Confirmed", findings.confirmed, paint);
  add_list(out, "Not decided", findings.open, paint);
  add_list(out, "Recommendation", findings.recommendations, paint);
  std::vector<std::string> controls;
  for (const auto& control : analysis.controls) {
    controls.push_back(fmt::format("{}: must be {}, is {}: {}", control.run.name, control.expected,
                                   control.actual, control.held ? "held" : "FAILED"));
  }
  add_list(out, "Controls", controls, paint);
  add_list(
      out, "Expectations",
      [&] {
        std::vector<std::string> items;
        for (const auto& variant : analysis.variants) {
          for (const auto& e : variant.expectations) {
            items.push_back(fmt::format("{} {}: expected {}, measured {}: {}", variant.name, e.what,
                                        e.expected, e.actual, e.held ? "held" : "FAILED"));
          }
        }
        return items;
      }(),
      paint);
  return out;
}

}  // namespace leakrig
