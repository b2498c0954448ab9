#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "harness/core/units.h"
#include "harness/report/audit.h"
#include "harness/report/expectation_words.h"
#include "harness/report/format.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/wrap_text.h"

namespace leakrig {
namespace {

/// ANSI colours, or nothing.
class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  std::string operator()(const char* code, const std::string& text) const {
    return on_ ? fmt::format("\033[{}m{}\033[0m", code, text) : text;
  }
  std::string verdict(const std::string& text) const { return colored(text, text); }
  /// A first line, its verdict's word in that verdict's colour.
  std::string headline(const std::string& line) const {
    const auto end = std::min(line.find(' '), line.size());
    std::string word = line.substr(0, end);
    for (const char* known : {"leak", "stable", "capped", "inconclusive"}) {
      std::string upper = known;
      std::transform(upper.begin(), upper.end(), upper.begin(),
                     [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
      if (word == upper) return colored(known, word) + bold(line.substr(end));
    }
    return bold(line);
  }
  std::string bold(const std::string& text) const { return (*this)("1", text); }

 private:
  /// `text` in the colour of a verdict.
  std::string colored(const std::string& verdict, const std::string& text) const {
    if (verdict == "leak" || verdict == "worse") return (*this)("31;1", text);
    if (verdict == "stable" || verdict == "improved") return (*this)("32;1", text);
    if (verdict == "capped" || verdict == "inconclusive") return (*this)("33;1", text);
    return (*this)("1", text);
  }

  bool on_;
};

void add_table(std::string& out, const MetricAnalysis& metric) {
  fmt::format_to(std::back_inserter(out), "  {:>6}  {:>16}  {:>12}  {:>12}\n", "Time",
                 plain_text(metric_title(metric.name)), "Growth", "Rate/min");
  for (const auto& row : metric.table) {
    std::string rate = "-";
    if (row.rate_per_min) {
      rate = row_rate_text(metric, row);
    }
    fmt::format_to(std::back_inserter(out), "  {:>6}  {:>16}  {:>12}  {:>12}\n", mark_text(row.minute),
                   count_text(metric, row.count), growth_text(metric, row.growth), rate);
  }
}

/// A metric's line. Where it does not fit, its estimate and verdict stand below it.
void add_metric(std::string& out, const MetricAnalysis& metric, const std::string& counts, std::size_t width,
                const Painter& paint) {
  const std::string title = plain_text(metric_title(metric.name));
  const std::string estimate = estimate_text(metric);
  const std::string verdict = to_string(metric.verdict);
  const std::string unjudged = metric.judged ? "" : " (not judged)";
  const std::string head = fmt::format("  {:<17}{:>22}", title, counts);
  const std::string judged = fmt::format("{:<27} ", estimate);
  const bool fits = head.size() + 2 + judged.size() + verdict.size() + unjudged.size() <= width;
  fmt::format_to(std::back_inserter(out), "{}{}{}{}{}\n", head, fits ? "  " : "\n      ", judged,
                 paint.verdict(verdict), unjudged);
}

void add_variant(std::string& out, const VariantAnalysis& variant, std::size_t width, const Painter& paint) {
  fmt::format_to(std::back_inserter(out), "\n{}  {}\n", paint.bold(printable(variant.name)),
                 paint.verdict(to_string(variant.verdict)));
  if (variant.outcome != Outcome::completed) {
    std::vector<std::string> lines;
    wrap_text(fmt::format("  {}: {}", to_string(variant.outcome), printable(variant.detail)), width, lines, 4);
    for (const auto& line : lines) out += line + "\n";
  }
  if (const auto* lead = variant.lead()) add_table(out, *lead);
  for (const auto* metric : variant.by_importance()) {
    const std::string counts =
        count_text(*metric, metric->start) + " -> " + count_text(*metric, metric->final);
    add_metric(out, *metric, counts, width, paint);
  }
}

void add_list(std::string& out, const char* title, const std::vector<std::string>& items,
              std::size_t width, const Painter& paint) {
  if (items.empty()) return;
  fmt::format_to(std::back_inserter(out), "\n{}\n", paint.bold(title));
  std::vector<std::string> lines;
  for (const auto& item : items) wrap_text("  - " + plain_text(item), width, lines, 4);
  for (const auto& line : lines) out += line + "\n";
}

}  // namespace

std::string render_console(const Analysis& analysis, const RenderOptions& options) {
  if (analysis.audit) return audit_console(analysis, options);
  const Painter paint{options.color};
  const Sentences sentences = sentences_of(analysis);
  std::string out;
  bool first = true;
  for (const auto& line : first_lines(analysis, options.width)) {
    out += (std::exchange(first, false) ? paint.headline(line) : line) + "\n";
  }
  std::vector<std::string> title;
  wrap_text(printable(analysis.scenario.title), options.width, title);
  out += "\n";
  for (const auto& line : title) out += paint.bold(line) + "\n";
  for (const auto& variant : analysis.variants) add_variant(out, variant, options.width, paint);
  add_list(out, "Summary", sentences.summary, options.width, paint);
  add_list(out, "Confirmed", sentences.confirmed, options.width, paint);
  add_list(out, "Not decided", sentences.open, options.width, paint);
  add_list(out, "Recommendation", sentences.recommendations, options.width, paint);
  std::vector<std::string> controls;
  for (const auto& control : analysis.controls) {
    controls.push_back(fmt::format("{}: must be {}, is {}: {}", code(control.run.name), control.expected,
                                   control.actual, held_text(control.held)));
  }
  add_list(out, "Controls", controls, options.width, paint);
  add_list(
      out, "Expectations",
      [&] {
        std::vector<std::string> items;
        for (const auto& variant : analysis.variants) {
          for (const auto& e : variant.expectations) {
            items.push_back(fmt::format("{} {}: expected {}, measured {}: {}", code(variant.name),
                                        code(e.what), expected_text(e), actual_text(e), held_text(e.held)));
          }
        }
        return items;
      }(),
      options.width, paint);
  return out;
}

}  // namespace leakrig
