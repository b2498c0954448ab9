#include "harness/fake_docker/api/query_time.h"

#include <gtest/gtest.h>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

TEST(QueryTime, FractionIsPaddedAndCut) {
  EXPECT_EQ(parse_query_time("since", "12.5"), Nanos{12'500'000'000});
  EXPECT_EQ(parse_query_time("since", "12.0000000019"), Nanos{12'000'000'001});
  EXPECT_EQ(parse_query_time("since", ""), std::nullopt);
  EXPECT_EQ(parse_query_time("since", "0"), Nanos{0});
  for (const auto* text : {"x", "1.x", "1.000000000000000000000", "1e3", "--1"}) {
    EXPECT_THROW(parse_query_time("since", text), ApiError) << text;
  }
}

TEST(QueryTime, TheWholeRangeOfGosTimeIsTaken) {
  EXPECT_EQ(parse_query_time("since", "-62135596800.000000000"), std::nullopt) << "Go's zero time: since ever";
  EXPECT_EQ(parse_query_time("since", "0001-01-01T00:00:00Z"), std::nullopt);
  EXPECT_LT(*parse_query_time("since", "-62135596799"), -std::chrono::hours{24 * 365 * 100});
  EXPECT_GT(*parse_query_time("until", "253402300799.999999999"), std::chrono::hours{24 * 365 * 100});
  EXPECT_EQ(parse_query_time("since", "-1.5"), Nanos{-500'000'000}) << "time.Unix(-1, 5e8)";
}

TEST(QueryTime, Rfc3339HasAnOffset) {
  const Nanos moment = std::chrono::seconds{1'700'000'000};
  EXPECT_EQ(parse_query_time("since", "2023-11-14T22:13:20Z"), moment);
  EXPECT_EQ(parse_query_time("since", "2023-11-15T00:13:20+02:00"), moment);
  EXPECT_EQ(parse_query_time("since", "2023-11-14T16:43:20.25-05:30"), moment + std::chrono::milliseconds{250});
  for (const auto* text : {"2023-11-14T22:13:20", "2023-13-14T22:13:20Z", "2023-02-30T00:00:00Z", "2023-11-14T24:00:00Z",
                           "2023-11-14T22:13:20+2", "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Zx"}) {
    EXPECT_THROW(parse_query_time("since", text), ApiError) << text;
  }
}

}  // namespace
}  // namespace leakrig
