#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/collector/loki_sink.h"

namespace leakrig {
namespace {

TEST(PushBody, HasAStreamAContainerWithItsLinesInOrder) {
  const auto body = push_body({{"b", Nanos{3}, "x"}, {"a", Nanos{1}, "y"}, {"b", Nanos{2}, "z"}});
  EXPECT_EQ(nlohmann::json::parse(body), nlohmann::json::parse(R"({"streams":[
      {"stream":{"container":"a","job":"leakrig"},"values":[["1","y"]]},
      {"stream":{"container":"b","job":"leakrig"},"values":[["3","x"],["2","z"]]}]})"));
}

TEST(PushBody, SurvivesALineThatIsNotUtf8) {
  const auto body = push_body({{"a", Nanos{1}, "\xff quoted \" \x01"}});
  EXPECT_EQ(nlohmann::json::parse(body)["streams"][0]["values"][0][1], "\xef\xbf\xbd quoted \" \x01");
}

}  // namespace
}  // namespace leakrig
