#include "harness/collector/cadence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace leakrig {
namespace {

using std::chrono::seconds;

constexpr Cadence::TimePoint kOrigin{seconds{1000}};

TEST(Cadence, GivesTheSlotAfterNow) {
  const Cadence cadence{kOrigin, seconds{30}, seconds{5}};
  EXPECT_EQ(cadence.next_after(kOrigin - seconds{100}), kOrigin + seconds{5});
  EXPECT_EQ(cadence.next_after(kOrigin), kOrigin + seconds{5});
  EXPECT_EQ(cadence.next_after(kOrigin + seconds{5}), kOrigin + seconds{35});
  EXPECT_EQ(cadence.next_after(kOrigin + seconds{34}), kOrigin + seconds{35});
}

TEST(Cadence, SkipsMissedSlotsWithoutDrifting) {
  const Cadence cadence{kOrigin, seconds{30}, seconds{5}};
  EXPECT_EQ(cadence.next_after(kOrigin + seconds{101}), kOrigin + seconds{125});
}

TEST(Cadence, SpreadsEightEvenly) {
  std::vector<double> phases;
  for (std::size_t i = 0; i < 8; ++i) phases.push_back(even_phase(i));
  std::sort(phases.begin(), phases.end());
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(phases[i], static_cast<double>(i) / 8);
}

TEST(Cadence, LeavesNoWideGapForAnyNumber) {
  for (std::size_t count = 1; count <= 50; ++count) {
    std::vector<double> phases;
    for (std::size_t i = 0; i < count; ++i) phases.push_back(even_phase(i));
    phases.push_back(1);
    std::sort(phases.begin(), phases.end());
    for (std::size_t i = 1; i < phases.size(); ++i) {
      EXPECT_LE(phases[i] - phases[i - 1], 2.0 / static_cast<double>(count)) << count;
    }
  }
}

}  // namespace
}  // namespace leakrig
