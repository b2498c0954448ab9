#include "harness/fake_docker/api/query_time.h"

#include <gtest/gtest.h>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

TEST(QueryTime, FractionIsPaddedAndCut) {
  EXPECT_EQ(parse_query_time("since", "12.5"), Nanos{12'500'000'000});
  EXPECT_EQ(parse_query_time("since", "12.0000000019"), Nanos{12'000'000'001});
  EXPECT_EQ(parse_query_time("since", ""), std::nullopt);
  EXPECT_EQ(parse_query_time("since", "0"), std::nullopt);
  for (const auto* text : {"x", "1.x", "1.000000000000000000000", "1e3", "--1"}) {
    EXPECT_THROW(parse_query_time("since", text), ApiError) << text;
  }
}

}  // namespace
}  // namespace leakrig
