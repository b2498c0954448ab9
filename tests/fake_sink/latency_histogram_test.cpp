#include "harness/fake_sink/latency_histogram.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr double kRelativeError = 0.011;

TEST(LatencyHistogram, IsZeroWhenEmpty) {
  EXPECT_EQ(LatencyHistogram{}.quantile_ms(0.5), 0);
}

TEST(LatencyHistogram, FindsTheNearestRankWithinABucket) {
  LatencyHistogram histogram;
  for (auto i = 1; i <= 100; ++i) histogram.add(milliseconds{i});
  EXPECT_NEAR(histogram.quantile_ms(0.50), 50, 50 * kRelativeError);
  EXPECT_NEAR(histogram.quantile_ms(0.99), 99, 99 * kRelativeError);
  EXPECT_NEAR(histogram.quantile_ms(1.00), 100, 100 * kRelativeError);
}

TEST(LatencyHistogram, SpansFromMicrosecondsToDays) {
  LatencyHistogram histogram;
  histogram.add(microseconds{3});
  histogram.add(std::chrono::hours{48});
  EXPECT_NEAR(histogram.quantile_ms(0.5), 0.003, 0.003 * kRelativeError);
  EXPECT_NEAR(histogram.quantile_ms(1.0), 48 * 3600e3, 48 * 3600e3 * kRelativeError);
}

TEST(LatencyHistogram, PutsTheImpossibleIntoTheEndBuckets) {
  LatencyHistogram histogram;
  histogram.add(milliseconds{-5});
  histogram.add(Nanos::max());
  EXPECT_EQ(histogram.count(), 2U);
  EXPECT_LT(histogram.quantile_ms(0.5), 0.002);
  EXPECT_GT(histogram.quantile_ms(1.0), 48 * 3600e3);
}

}  // namespace
}  // namespace leakrig
