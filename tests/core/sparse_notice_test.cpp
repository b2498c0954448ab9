#include "harness/core/sparse_notice.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SparseNotice, SaysItAtOnceAndThenEveryTenSecondsWithACount) {
  SparseNotice notice;
  const Nanos start = seconds{1000};
  EXPECT_EQ(notice.happened(start), 1U);
  for (int i = 1; i <= 199; ++i) EXPECT_EQ(notice.happened(start + i * milliseconds{50}), std::nullopt);
  EXPECT_EQ(notice.happened(start + seconds{10}), 200U);
  EXPECT_EQ(notice.happened(start + seconds{11}), std::nullopt);
  EXPECT_EQ(notice.happened(start + seconds{3600}), 2U);
}

}  // namespace
}  // namespace leakrig
