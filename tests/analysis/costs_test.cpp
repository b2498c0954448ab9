#include "harness/analysis/costs.h"

#include <gtest/gtest.h>

#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

TEST(Costs, AreOfTheMeasuredTimeAndOfTheLastDelivery) {
  VariantRecord record = VariantBuilder("a").threads(100, 0).streams(30, 5).delivered(1000, 0).delivered(4000, 40).build();
  for (auto& sample : record.samples) sample.values["cpu_s"] = 2 + (sample.t_s + 60) * 0.01;
  const Costs costs = costs_of(record, 300);
  ASSERT_TRUE(costs.delivery);
  EXPECT_EQ(costs.delivery->lines_written, 4000U);
  EXPECT_NEAR(lost_share(costs), 0.01, 1e-9);
  EXPECT_NEAR(costs.requests_per_min, 2, 0.01) << "the warm-up's are no cost";
  ASSERT_TRUE(costs.cpu_s_per_1000_lines);
  EXPECT_NEAR(*costs.cpu_s_per_1000_lines, 3 / 3.96, 1e-6) << "3 s from T+0 on, for 3,960 lines";
}

TEST(Costs, OfWhatWasNotMeasuredAreNothing) {
  const Costs costs = costs_of(VariantBuilder("a").threads(100, 0).build(), 300);
  EXPECT_FALSE(costs.delivery);
  EXPECT_FALSE(costs.cpu_s_per_1000_lines);
  EXPECT_EQ(lost_share(costs), 0);
}

TEST(Costs, OfReplicatesAddLinesAndAverageRates) {
  Costs first;
  first.delivery = Delivery{1000, 990, 10, 0, 100, 200};
  first.requests_per_min = 10;
  Costs second;
  second.delivery = Delivery{1000, 1000, 0, 0, 300, 800};
  second.requests_per_min = 20;
  const Costs all = combine_costs({first, second});
  EXPECT_EQ(all.delivery->lines_written, 2000U);
  EXPECT_EQ(all.delivery->lines_lost, 10U);
  EXPECT_EQ(all.delivery->latency_p50_ms, 200);
  EXPECT_EQ(all.delivery->latency_p99_ms, 800) << "the worst one's";
  EXPECT_EQ(all.requests_per_min, 15);
}

TEST(Starves, FromOneLineInAHundredMoreThanTheReference) {
  EXPECT_TRUE(starves(0.5, 0));
  EXPECT_TRUE(starves(0.011, 0));
  EXPECT_FALSE(starves(0.009, 0));
  EXPECT_FALSE(starves(0.5, 0.5)) << "the reference loses as many";
}

TEST(SamplingQuality, CountsMissedSlotsAndTheLatestReading) {
  std::vector<Sample> samples(3);
  samples[0].due_s = samples[0].t_s = 0;
  samples[1].due_s = 2;
  samples[1].t_s = 2.6;
  samples[1].rig = {{"threads", 7}, {"fds", 20}};
  samples[2].due_s = 4;
  samples[2].missed = true;
  const auto quality = sampling_quality(samples, 60);
  EXPECT_EQ(quality.slots, 3U);
  EXPECT_EQ(quality.missed, 1U);
  EXPECT_NEAR(quality.latest_ms, 10, 1e-6) << "0.6 scenario seconds at 60 a wall second";
  EXPECT_EQ(quality.rig_threads, 7);
}

}  // namespace
}  // namespace leakrig
