#include "harness/fleet/health.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::seconds;

TEST(Health, TakesRetriesToBeUnhealthyAndOneToBeWell) {
  HealthCheck check;
  Health health;
  EXPECT_EQ(health.state(), HealthState::none);
  health.begin({});
  EXPECT_FALSE(health.add(check, {{}, {}, 1, "no"}));
  EXPECT_FALSE(health.add(check, {{}, {}, 1, "no"}));
  EXPECT_EQ(health.failing_streak(), 2);
  EXPECT_TRUE(health.add(check, {{}, {}, -1, "no"}));
  EXPECT_EQ(health.state(), HealthState::unhealthy);
  EXPECT_TRUE(health.add(check, {{}, {}, 0, "yes"}));
  EXPECT_EQ(health.state(), HealthState::healthy);
  EXPECT_EQ(health.failing_streak(), 0);
}

TEST(Health, FailuresOfTheStartPeriodDoNotCount) {
  HealthCheck check;
  check.start_period = seconds{10};
  check.retries = 1;
  Health health;
  health.begin(seconds{100});
  EXPECT_EQ(health.next(check, seconds{100}), seconds{105});
  EXPECT_FALSE(health.add(check, {seconds{105}, seconds{105}, 1, ""}));
  EXPECT_EQ(health.state(), HealthState::starting);
  EXPECT_EQ(health.next(check, seconds{110}), seconds{140});
  EXPECT_TRUE(health.add(check, {seconds{110}, seconds{110}, 1, ""}));
  for (int i = 0; i < 9; ++i) health.add(check, {seconds{110}, seconds{110}, 1, ""});
  EXPECT_EQ(health.results().size(), Health::kKept);
}

}  // namespace
}  // namespace leakrig
