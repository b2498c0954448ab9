#include "harness/run/early_stop.h"

#include <gtest/gtest.h>

#include <atomic>

namespace leakrig {
namespace {

using namespace std::chrono_literals;

Variant of_minutes(int minutes) {
  Variant variant;
  variant.name = "a";
  variant.sampling.warmup = 1min;
  variant.sampling.duration = std::chrono::minutes{minutes};
  return variant;
}

Sample due_at(double due_s) {
  Sample sample;
  sample.due_s = due_s;
  return sample;
}

TEST(EarlyStop, LooksEveryFifteenSeconds) {
  EXPECT_EQ(looks_of(5min), 20);
  EXPECT_EQ(look_at(-30, 5min), 0);
  EXPECT_EQ(look_at(14, 5min), 0);
  EXPECT_EQ(look_at(15, 5min), 1);
  EXPECT_EQ(look_at(44.9, 5min), 2);
  EXPECT_EQ(look_at(400, 5min), 20);
}

TEST(EarlyStop, LooksFirstAfterAMinuteAndTwoWithTheWarmup) {
  SamplingConfig sampling;
  sampling.warmup = 1min;
  sampling.duration = 5min;
  EXPECT_EQ(first_look(sampling), 4);
  sampling.warmup = 30s;
  EXPECT_EQ(first_look(sampling), 6);
  sampling.warmup = 2min;
  EXPECT_EQ(first_look(sampling), 4);
  sampling.duration = 40s;
  EXPECT_EQ(first_look(sampling), 2);
}

TEST(EarlyStop, SpacesLooksEvenlyWhereTheDurationIsNoMultiple) {
  EXPECT_EQ(looks_of(40s), 2);
  EXPECT_EQ(look_at(19, 40s), 0);
  EXPECT_EQ(look_at(20, 40s), 1);
  EXPECT_EQ(looks_of(4s), 1);
}

TEST(EarlyStop, StopsAtTheLookThatIsSureWithTheSamplesUntilThen) {
  const Variant variant = of_minutes(5);
  const StopRule rule = [](const Variant&, const std::vector<Sample>& so_far, Look look) {
    return look.look == 4 && so_far.size() == 32 && so_far.back().due_s == 60 && look.looks == 20;
  };
  EarlyStop early(variant, rule);
  for (int s = -2; s <= 60; s += 2) early.add(due_at(s));  // of which one is before T+0
  while (!early.stopped()) std::this_thread::yield();
  EXPECT_EQ(early.stopped()->look, 4);
  EXPECT_EQ(early.stopped()->t_s, 60);
}

TEST(EarlyStop, DoesNotLookInTheFirstMinute) {
  const Variant variant = of_minutes(5);
  std::atomic<int> first = 0;
  const StopRule rule = [&](const Variant&, const std::vector<Sample>&, Look look) {
    first = look.look;
    return true;
  };
  EarlyStop early(variant, rule);
  for (int s = 0; s <= 62; s += 2) early.add(due_at(s));
  while (!early.stopped()) std::this_thread::yield();
  EXPECT_EQ(first, 4);
}

TEST(EarlyStop, LeavesTheLastLookToTheReport) {
  const Variant variant = of_minutes(5);
  const StopRule always = [](const Variant&, const std::vector<Sample>&, Look) { return true; };
  EarlyStop early(variant, always);
  early.add(due_at(300));
  EXPECT_FALSE(early.stopped());
}

TEST(EarlyStop, HasNoLastLookUnlessOneWasTaken) {
  const Variant variant = of_minutes(5);
  std::atomic<int> asked = 0;
  const StopRule exempt = [&](const Variant&, const std::vector<Sample>&, Look) -> std::optional<bool> {
    ++asked;
    return std::nullopt;
  };
  EarlyStop never(variant, exempt);
  never.add(due_at(60));
  while (asked == 0) std::this_thread::yield();
  EXPECT_FALSE(never.last());

  const StopRule unsure = [](const Variant&, const std::vector<Sample>&, Look) { return false; };
  EarlyStop looking(variant, unsure);
  looking.add(due_at(60));
  while (!looking.last()) std::this_thread::yield();
  EXPECT_EQ(looking.last()->look, 20);
  EXPECT_EQ(looking.last()->first, 4);
  EXPECT_EQ(looking.last()->t_s, 300);
}

TEST(EarlyStop, NeverStopsWithoutARule) {
  const Variant variant = of_minutes(5);
  const StopRule none;
  EarlyStop early(variant, none);
  early.add(due_at(60));
  EXPECT_FALSE(early.stopped());
}

}  // namespace
}  // namespace leakrig
