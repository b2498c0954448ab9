#include "harness/analysis/lead.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

MetricAnalysis metric_of(const char* name, MetricVerdict verdict, double rate, bool judged = true) {
  MetricAnalysis metric;
  metric.name = name;
  metric.verdict = verdict;
  metric.judged = judged;
  metric.tolerance_per_min = 2;
  metric.growth.rate_per_min = rate;
  return metric;
}

VariantAnalysis variant_of_metrics(std::vector<MetricAnalysis> metrics) {
  VariantAnalysis variant;
  variant.metrics = std::move(metrics);
  variant.lead_metric = choose_lead(variant);
  return variant;
}

constexpr auto kLeak = MetricVerdict::leak;
constexpr auto kStable = MetricVerdict::stable;

TEST(Lead, IsWhatLeaksAndNotTheFirstMetric) {
  EXPECT_EQ(choose_lead(variant_of_metrics({metric_of("threads", kStable, 0),
                                            metric_of("sockets", kStable, 0), metric_of("fds", kLeak, 32)})),
            "fds");
}

TEST(Lead, OfWhatLeaksAlikeIsTheFirstOfTheCatalogue) {
  EXPECT_EQ(choose_lead(variant_of_metrics({metric_of("threads", kLeak, 64), metric_of("sockets", kLeak, 32),
                                            metric_of("fds", kLeak, 32)})),
            "threads");
}

TEST(Lead, IsTheFarFasterOneWhateverItsRank) {
  EXPECT_EQ(choose_lead(variant_of_metrics({metric_of("threads", kLeak, 3), metric_of("fds", kLeak, 1000)})),
            "fds");
}

TEST(Lead, IsJudgedWhereAnythingIs) {
  EXPECT_EQ(choose_lead(variant_of_metrics(
                {metric_of("threads", kStable, 0), metric_of("rss_bytes", kLeak, 1e7, false)})),
            "threads");
  EXPECT_EQ(choose_lead(variant_of_metrics({metric_of("heap_bytes", kLeak, 1e7, false)})), "heap_bytes");
  EXPECT_EQ(choose_lead(VariantAnalysis{}), "");
}

TEST(Lead, ComesFirstThenWhatIsJudgedByHowBadItIs) {
  const auto variant = variant_of_metrics(
      {metric_of("threads", kStable, 0), metric_of("sockets", MetricVerdict::inconclusive, 1),
       metric_of("fds", kLeak, 32), metric_of("rss_bytes", kLeak, 1e7, false)});
  std::vector<std::string> names;
  for (const auto* metric : variant.by_importance()) names.push_back(metric->name);
  EXPECT_EQ(names, (std::vector<std::string>{"fds", "sockets", "threads", "rss_bytes"}));
}

TEST(Lead, OfARunIsTheWorstVariantsAndTheReferencesWhereThatIsAsBad) {
  Analysis analysis;
  analysis.reference = "b";
  for (const char* name : {"a", "b", "c"}) {
    analysis.variants.push_back(variant_of_metrics({metric_of("threads", kLeak, 32)}));
    analysis.variants.back().name = name;
    analysis.variants.back().verdict = kLeak;
    analysis.variants.back().passed = true;
  }
  EXPECT_EQ(analysis.worst_variant()->name, "b");
  analysis.variants[2].passed = false;
  EXPECT_EQ(analysis.worst_variant()->name, "c") << "what failed comes before what was expected";
}

}  // namespace
}  // namespace leakrig
