#include "harness/stats/growth/kendall.h"

#include <gtest/gtest.h>

namespace leakrig::stats {
namespace {

TEST(Kendall, TiesShareTheirMeanRank) {
  EXPECT_EQ(ranks({10, 30, 20, 20}), (std::vector<double>{1, 4, 2.5, 2.5}));
}

TEST(Kendall, VarianceWithoutTiesOrAutocorrelationIsTheTextbookOne) {
  // n (n - 1) (2 n + 5) / 18 with n = 8; the values alternate, so that no leading autocorrelation is
  // positive.
  EXPECT_NEAR(kendall_variance({1, 8, 2, 7, 3, 6, 4, 5}), 8.0 * 7 * 21 / 18, 1e-9);
}

TEST(Kendall, AutocorrelationWidensTheVariance) {
  EXPECT_GT(kendall_variance({1, 2, 3, 4, 4.5, 3.5, 2.5, 1.5, 1.2, 2.2, 3.2, 4.2}),
            12.0 * 11 * 29 / 18 * 1.5);
}

TEST(Kendall, AConstantSeriesHasNoVariance) {
  EXPECT_EQ(kendall_variance({3, 3, 3, 3, 3}), 0);
}

TEST(Autocorrelation, OfAnAlternatingSeriesIsNearMinusOne) {
  EXPECT_NEAR(autocorrelation({1, -1, 1, -1, 1, -1, 1, -1}, 1)[1], -7.0 / 8, 1e-12);
}

}  // namespace
}  // namespace leakrig::stats
