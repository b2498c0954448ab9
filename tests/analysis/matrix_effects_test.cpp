#include "harness/analysis/matrix_effects.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

VariantAnalysis variant_with(const char* name, double rate, MetricVerdict verdict) {
  VariantAnalysis variant;
  variant.name = name;
  variant.verdict = verdict;
  variant.lead_metric = "threads";
  variant.metrics.emplace_back();
  variant.metrics[0].name = "threads";
  variant.metrics[0].verdict = verdict;
  variant.metrics[0].growth.rate_per_min = rate;
  return variant;
}

TEST(MatrixEffects, AreOfEachValueOverTheOtherAxes) {
  Analysis analysis;
  analysis.reference = "a.x";
  analysis.variants = {variant_with("a.x", 10, MetricVerdict::leak), variant_with("a.y", 30, MetricVerdict::leak),
                       variant_with("b.x", 0, MetricVerdict::stable), variant_with("extra", 99, MetricVerdict::leak)};
  const auto effects = matrix_effects(analysis, {"letter", "other"});
  ASSERT_EQ(effects.size(), 4U);
  EXPECT_EQ(effects[0].axis, "letter");
  EXPECT_EQ(effects[0].value, "a");
  EXPECT_EQ(effects[0].variants, 2U);
  EXPECT_DOUBLE_EQ(effects[0].mean_per_min, 20);
  EXPECT_DOUBLE_EQ(effects[0].lowest_per_min, 10);
  EXPECT_DOUBLE_EQ(effects[0].highest_per_min, 30);
  EXPECT_EQ(effects[0].verdicts.at("leak"), 2);
  EXPECT_EQ(effects[1].value, "b");
  EXPECT_EQ(effects[2].axis, "other");
  EXPECT_EQ(effects[2].verdicts.at("stable"), 1);
}

TEST(MatrixEffects, OfARunWithoutAMatrixAreNone) {
  Analysis analysis;
  analysis.variants = {variant_with("a", 10, MetricVerdict::leak)};
  EXPECT_TRUE(matrix_effects(analysis, {}).empty());
}

}  // namespace
}  // namespace leakrig
