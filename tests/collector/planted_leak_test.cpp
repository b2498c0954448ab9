#include "harness/collector/planted_leak.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(PlantedLeak, PlantsEvenlyFromHalfAStepOn) {
  EXPECT_EQ(planted_by(3, seconds{0}), 0U);
  EXPECT_EQ(planted_by(3, seconds{9}), 0U);
  EXPECT_EQ(planted_by(3, seconds{10}), 1U);
  EXPECT_EQ(planted_by(3, seconds{29}), 1U);
  EXPECT_EQ(planted_by(3, seconds{31}), 2U);
}

TEST(PlantedLeak, KeepsItsRateForHours) {
  EXPECT_EQ(planted_by(3, minutes{600}), 1800U);
  EXPECT_EQ(planted_by(3.5, minutes{600}), 2100U);
}

}  // namespace
}  // namespace leakrig
