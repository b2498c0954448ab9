#include <cmath>
#include <functional>
#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

#include "harness/stats/drain.h"
#include "harness/stats/growth/forecast.h"
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

TEST(Sequential, SpendsALeaksErrorOnceOverAllLooksAndAThirdOfItAtTheEnd) {
  EXPECT_NEAR(early_spent(0.05, 1), 0.05, 1e-12);
  EXPECT_NEAR(early_spent(0.05, 0.25), 0.025, 1e-12);
  const GrowthOptions whole;
  for (const int first : {1, 4, 10}) {
    double below = 0;
    double doubt = 0;
    for (int look = first; look <= 10; ++look) {
      const GrowthOptions options = at_look(whole, look, 10, first);
      below += (1 - options.confidence) * options.share_below;
      doubt += options.doubt_of_growth;
    }
    EXPECT_NEAR(below, (1 - whole.confidence) * whole.share_below, 1e-12) << first;
    EXPECT_NEAR(doubt, whole.doubt_of_growth, 1e-15) << first;
  }
  const GrowthOptions last = at_look(whole, 10, 10, 4);
  EXPECT_NEAR(last.doubt_of_growth, whole.doubt_of_growth / 3, 1e-15);
  EXPECT_NEAR((1 - last.confidence) * (1 - last.share_below),
              (1 - whole.confidence) * (1 - whole.share_below), 1e-12);
}

TEST(Sequential, SharesOfAnOpenEndAddUpToTheWhole) {
  const GrowthOptions whole;
  double error = 0;
  double doubt = 0;
  for (int look = 1; look <= 10000; ++look) {
    const GrowthOptions options = at_open_look(whole, look);
    error += 1 - options.confidence;
    doubt += options.doubt_of_growth;
    EXPECT_EQ(options.share_below, whole.share_below);
  }
  EXPECT_NEAR(error / (1 - whole.confidence), 1, 1e-4);
  EXPECT_NEAR(doubt / whole.doubt_of_growth, 1, 1e-4);
  EXPECT_THROW(at_open_look(whole, 0), std::invalid_argument);
}

TEST(Sequential, GivesTheFirstLookWhatTheOnesBeforeItDidNotSpend) {
  EXPECT_GT(at_look({}, 4, 10, 4).doubt_of_growth, 3 * at_look({}, 4, 10).doubt_of_growth);
  EXPECT_THROW(at_look({}, 11, 10), std::invalid_argument);
  EXPECT_THROW(at_look({}, 1, 10, 11), std::invalid_argument);
}

/// A minute of warm-up and a minute since, at 1 Hz.
Series two_minutes(const std::function<double(double)>& value_at) {
  Series series;
  std::mt19937_64 random(5);
  std::normal_distribution<double> noise(0, 1);
  for (int s = -60; s <= 60; ++s) {
    series.minutes.push_back(s / 60.0);
    series.values.push_back(200 + value_at(s / 60.0) + noise(random));
  }
  return series;
}

TEST(Sequential, ALeakOutlastsItsWarmupAndWhatOnlyLooksLikeOneDoesNot) {
  const GrowthOptions first = at_look({}, 4, 20, 4);
  const auto leak = [](double minute) { return std::floor(32 * minute); };
  EXPECT_TRUE(outlasts_warmup(two_minutes(leak), first));
  const auto sawtooth = [](double minute) { return 40 * (minute - std::floor(minute + 1e-9)); };
  EXPECT_FALSE(outlasts_warmup(two_minutes([&](double m) { return sawtooth(m - 0.02); }), first));
  EXPECT_FALSE(outlasts_warmup(two_minutes([](double m) { return 40 * (1 - std::exp(-(m + 1))); }), first));
  EXPECT_FALSE(outlasts_warmup(two_minutes([](double m) { return m > 0.96 ? 40 : 0; }), first));
  EXPECT_FALSE(outlasts_warmup(two_minutes([](double) { return 0; }), first));
  EXPECT_FALSE(outlasts_warmup({{0, 1}, {1, 2}, {}, {}}, first));
  Series cycle = two_minutes(leak);
  cycle.cycle_minutes = 1.5;
  EXPECT_FALSE(outlasts_warmup(cycle, first));
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
