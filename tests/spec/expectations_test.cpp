#include "harness/spec/document/expectations.h"

#include <gtest/gtest.h>

#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

using nlohmann::json;

TEST(Expectations, OfAPatternHoldForEveryVariantItMatches) {
  auto document = json::parse(
      R"({"expect":{"*.follow":{"threads":"leak"},"a.*":{"lines_lost":"none"},"b.follow":{"threads":"stable"}}})");
  ASSERT_TRUE(expand_expectations(document, {"a.follow", "a.poll", "b.follow"}).empty());
  EXPECT_EQ(document["expect"].dump(),
            R"({"a.follow":{"lines_lost":"none","threads":"leak"},"a.poll":{"lines_lost":"none"},)"
            R"("b.follow":{"threads":"stable"}})");
}

TEST(Expectations, RefuseAPatternWithoutAMatchAndTwoThatContradict) {
  auto unmatched = json::parse(R"({"expect":{"c*":{"threads":"leak"}}})");
  EXPECT_EQ(expand_expectations(unmatched, {"a", "b"}).front().pointer, "/expect/c*");
  auto contrary = json::parse(R"({"expect":{"a*":{"threads":"leak"},"*b":{"threads":"stable"}}})");
  EXPECT_EQ(expand_expectations(contrary, {"ab"}).front().message,
            "another pattern expects something else of variant \"ab\"");
}

std::string refusal(const std::string& rest) {
  try {
    parse_scenario(R"({"name":"s","subject":{"command":["x"],"probes":{"metrics":{"url":"http://h:1/",
      "read":{"go_threads":"os_threads"}}}},)" +
                       rest + "}",
                   "s.json");
  } catch (const ScenarioError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Expectations, AreTypedByWhatTheyAreOf) {
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","subject":{"collector":{}},"variants":{"a":{},"b":{}},"expect":{"b":{"threads":"leak",
          "versus_reference":"worse","lines_lost":"none","peak_threads":{"at_least":3,"at_most":40}}}})",
      "s.json");
  EXPECT_TRUE(scenario.variants[0].expect.empty());
  const auto& expect = scenario.variants[1].expect;
  ASSERT_EQ(expect.size(), 4U);
  EXPECT_EQ(expect[0].kind, Expectation::Kind::lines);
  EXPECT_EQ(expect[1].kind, Expectation::Kind::cost);
  EXPECT_EQ(expect[1].bounds.at_least, 3);
  EXPECT_EQ(expect[1].bounds.at_most, 40);
  EXPECT_EQ(expect[2].kind, Expectation::Kind::metric);
  EXPECT_EQ(expect[2].word, "leak");
  EXPECT_EQ(expect[3].kind, Expectation::Kind::versus_reference);
  EXPECT_EQ(expect[3].word, "worse");
}

TEST(Expectations, RefuseWhatNeedsASinkThatIsNotAskedFor) {
  EXPECT_NE(
      refusal(R"("expect":{"default":{"lines_lost":"none"}})")
          .find(
              "/expect/default/lines_lost: is not measured of a subject that does not ask for the log sink"),
      std::string::npos);
  EXPECT_NE(refusal(R"("expect":{"default":{"latency_p99_ms":{"at_most":5}}})").find("is not measured"),
            std::string::npos);
  EXPECT_EQ(refusal(R"("expect":{"default":{"peak_threads":{"at_most":5}}})"), "accepted");
}

TEST(Expectations, RefuseAMetricThatNothingReads) {
  EXPECT_EQ(refusal(R"("expect":{"default":{"os_threads":"stable","rss_bytes":"stable"}})"), "accepted");
  EXPECT_NE(refusal(R"("expect":{"default":{"thread":"stable"}})")
                .find("/expect/default/thread: no such metric, did you mean \"threads\"?; there are: "),
            std::string::npos);
  EXPECT_NE(refusal(R"("expect":{"default":{"goroutines":"stable"}})")
                .find("/expect/default/goroutines: no such metric"),
            std::string::npos)
      << "they are read with pprof only";
  EXPECT_NE(refusal(R"("analysis":{"also_judge":["os_threads","rss_byte"]})")
                .find("/analysis/also_judge/1: no such metric, did you mean \"rss_bytes\"?"),
            std::string::npos);
  EXPECT_NE(refusal(R"("analysis":{"judge":["rss_bytes"]})").find("did you mean \"also_judge\"?"),
            std::string::npos);
}

}  // namespace
}  // namespace leakrig
