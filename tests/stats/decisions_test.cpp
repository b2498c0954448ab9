#include <cmath>
#include <stdexcept>

#include <gtest/gtest.h>

#include "harness/stats/drain.h"
#include "harness/stats/forecast.h"
#include "harness/stats/holm.h"
#include "harness/stats/poisson.h"
#include "harness/stats/sequential.h"

namespace leakrig::stats {
namespace {

TEST(Holm, StepsDownAndKeepsOrder) {
  const auto adjusted = holm({0.01, 0.04, 0.03, 0.005});
  EXPECT_NEAR(adjusted[0], 0.03, 1e-12);
  EXPECT_NEAR(adjusted[1], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[2], 0.06, 1e-12);
  EXPECT_NEAR(adjusted[3], 0.02, 1e-12);
}

Growth leaking(double p) {
  Growth growth;
  growth.verdict = Verdict::leak;
  growth.p_within_tolerance = p;
  growth.p_no_growth = 1e-6;
  return growth;
}

TEST(CorrectForMany, TakesBackALeakThatIsOneOfMany) {
  std::vector<Growth> alone = {leaking(0.08)};
  correct_for_many(alone);
  EXPECT_EQ(alone[0].verdict, Verdict::leak);
  std::vector<Growth> many = {leaking(0.08), leaking(1e-9), Growth{}, Growth{}};
  correct_for_many(many);
  EXPECT_EQ(many[0].verdict, Verdict::inconclusive);
  EXPECT_EQ(many[1].verdict, Verdict::leak);
}

TEST(Sequential, SpendsAllErrorByTheEndAndLittleEarly) {
  EXPECT_NEAR(obrien_fleming_spent(0.05, 1), 0.05, 1e-9);
  EXPECT_LT(obrien_fleming_spent(0.05, 0.25), 0.0001);
  EXPECT_NEAR(pocock_spent(0.05, 1), 0.05, 1e-12);
  double spent = 0;
  for (int look = 1; look <= 10; ++look) {
    spent += 1 - at_look({}, look, 10).confidence;
  }
  EXPECT_NEAR(spent, 1 - GrowthOptions{}.confidence, 1e-6);
  EXPECT_THROW(at_look({}, 11, 10), std::invalid_argument);
}

TEST(PoissonRate, HasGarwoodsInterval) {
  const auto ten = poisson_rate(10, 2, 0.95);
  EXPECT_NEAR(ten.rate, 5, 1e-12);
  EXPECT_NEAR(ten.low, 4.795 / 2, 0.001);
  EXPECT_NEAR(ten.high, 18.390 / 2, 0.001);
  EXPECT_EQ(poisson_rate(0, 1, 0.95).low, 0);
  EXPECT_NEAR(poisson_rate(0, 1, 0.95).high, 3.689, 0.001);
}

TEST(OrphanVerdict, NeedsEvidenceEitherWay) {
  const OrphanTest test{0.01, 0.5, 0.001, 0.001};
  EXPECT_EQ(orphan_verdict(0, 3, test), Verdict::inconclusive);
  EXPECT_EQ(orphan_verdict(0, 15, test), Verdict::stable);
  EXPECT_EQ(orphan_verdict(5, 5, test), Verdict::leak);
  EXPECT_THROW(orphan_verdict(0, 1, {0.5, 0.1, 0.001, 0.001}), std::invalid_argument);
}

TEST(DrainTest, TellsABacklogFromALeak) {
  EXPECT_EQ(drain_test({128, 129, 128, 127}, {129, 128, 128, 129}, 5, 0.95).verdict, Drain::drained);
  EXPECT_EQ(drain_test({128, 129, 128, 127}, {288, 289, 288, 289}, 5, 0.95).verdict, Drain::retained);
  EXPECT_EQ(drain_test({128, 128}, {128, 128}, 5, 0.95).verdict, Drain::inconclusive);
  EXPECT_EQ(drain_test({100, 140, 90, 150}, {130, 160, 110, 150}, 5, 0.95).verdict, Drain::inconclusive);
}

TEST(MinutesToDecide, NoiseIsSoonOutrunAndAnUnlikelyWaitIsNotPromised) {
  const auto soon = minutes_to_decide({5, 4, 2, 1, 1, 1.645});
  ASSERT_TRUE(soon);
  EXPECT_GT(*soon, 5);
  EXPECT_LT(*soon, 20);
  EXPECT_GT(*minutes_to_decide({5, 2.6, 2, 1, 1, 1.645}), *soon);
  EXPECT_FALSE(minutes_to_decide({1, 2, 2, 0.1, 10000, 1.645}));
}

}  // namespace
}  // namespace leakrig::stats
