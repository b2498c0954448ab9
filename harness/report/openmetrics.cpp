#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "harness/analysis/cost_catalogue.h"
#include "harness/report/audit.h"
#include "harness/report/report.h"
#include "harness/report/safe_text.h"

namespace leakrig {
namespace {

/// OpenMetrics 1.0 text: families one after another, each with its metadata first, and "# EOF" at the end.
class Exposition {
 public:
  explicit Exposition(const std::string& scenario) : scenario_(openmetrics_label(printable(scenario))) {}

  void family(const char* name, const char* help) {
    family_ = name;
    fmt::format_to(std::back_inserter(text_), "# TYPE {} gauge\n# HELP {} {}\n", name, name, help);
  }

  void sample(const VariantAnalysis& variant, const std::string& more_labels, double value) {
    fmt::format_to(std::back_inserter(text_), "{}{{scenario=\"{}\",variant=\"{}\"{}}} {}\n", family_,
                   scenario_, openmetrics_label(printable(variant.name)), more_labels, number_text(value));
  }

  std::string take() { return std::move(text_) + "# EOF\n"; }

 private:
  static std::string number_text(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{:.10g}", value);
  }

  std::string scenario_;
  std::string text_;
  std::string family_;
};

std::string metric_label(const MetricAnalysis& metric) {
  return fmt::format(",metric=\"{}\"", openmetrics_label(printable(metric.name)));
}

template <typename Value>
void metric_family(Exposition& page, const Analysis& analysis, const char* name, const char* help,
                   const Value& value) {
  page.family(name, help);
  for (const auto& variant : analysis.variants) {
    for (const auto& metric : variant.metrics) page.sample(variant, metric_label(metric), value(metric));
  }
}

void verdicts(Exposition& page, const Analysis& analysis) {
  page.family("leakrig_verdict", "1 for the verdict that holds, 0 for the others.");
  for (const auto& variant : analysis.variants) {
    for (const auto& metric : variant.metrics) {
      for (const auto verdict :
           {MetricVerdict::leak, MetricVerdict::stable, MetricVerdict::capped, MetricVerdict::inconclusive}) {
        page.sample(variant, metric_label(metric) + fmt::format(",verdict=\"{}\"", to_string(verdict)),
                    metric.verdict == verdict ? 1 : 0);
      }
    }
  }
}

void costs(Exposition& page, const Analysis& analysis) {
  for (const auto& cost : cost_catalogue()) {
    if (cost.openmetrics == nullptr) continue;
    page.family(cost.openmetrics, cost.help);
    for (const auto& variant : analysis.variants) {
      if (const auto value = cost.value(variant.costs)) page.sample(variant, "", *value);
    }
  }
}

}  // namespace

std::string render_openmetrics(const Analysis& analysis, const RenderOptions&) {
  if (analysis.audit) return audit_openmetrics(analysis);
  Exposition page(analysis.scenario.name);
  metric_family(page, analysis, "leakrig_growth_rate_per_minute", "Estimated growth a scenario minute.",
                [](const MetricAnalysis& m) { return m.growth.rate_per_min; });
  metric_family(page, analysis, "leakrig_growth_rate_low_per_minute", "Lower end of the rate's interval.",
                [](const MetricAnalysis& m) { return m.growth.ci_low; });
  metric_family(page, analysis, "leakrig_growth_rate_high_per_minute", "Upper end of the rate's interval.",
                [](const MetricAnalysis& m) { return m.growth.ci_high; });
  metric_family(page, analysis, "leakrig_count_at_start", "The metric at T+0.",
                [](const MetricAnalysis& m) { return m.start; });
  metric_family(page, analysis, "leakrig_count_at_end", "The metric at the last reading.",
                [](const MetricAnalysis& m) { return m.final; });
  verdicts(page, analysis);
  costs(page, analysis);
  page.family("leakrig_expectation_held", "1 where an expectation of the scenario held.");
  for (const auto& variant : analysis.variants) {
    for (const auto& e : variant.expectations)
      page.sample(variant, fmt::format(",expectation=\"{}\"", openmetrics_label(printable(e.what))),
                  e.held ? 1 : 0);
  }
  return page.take();
}

}  // namespace leakrig
