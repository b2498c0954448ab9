#include "harness/core/clock.h"

#include <gtest/gtest.h>

#include "tests/support/fake_clock.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;

TEST(ScenarioClock, RunsScaleTimesFasterThanTheWall) {
  FakeClock wall;
  const ScenarioClock clock(wall, 60);
  wall.advance(2s);
  EXPECT_EQ(clock.now(), 120s);
  EXPECT_EQ(clock.to_wall(60s), 1s);
  EXPECT_EQ(clock.to_scenario(1s), 60s);
}

TEST(ScenarioClock, EpochAndScenarioTimeAreInverse) {
  FakeClock wall;
  wall.set_wall(1'700'000'000s);
  const ScenarioClock clock(wall, 60);
  EXPECT_EQ(clock.epoch_at(120s), 1'700'000'002s);
  EXPECT_EQ(clock.scenario_at_epoch(1'700'000'002s), 120s);
}

TEST(ScenarioClock, IgnoresAStepOfTheWallClock) {
  FakeClock wall;
  const ScenarioClock clock(wall, 1);
  wall.set_wall(5000s);
  wall.advance(1s);
  EXPECT_EQ(clock.now(), 1s);
}

}  // namespace
}  // namespace leakrig
