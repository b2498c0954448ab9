#include "harness/spec/matrix.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "harness/spec/scenario.h"

namespace leakrig {
namespace {

using nlohmann::ordered_json;

const char* const kTwoAxes = R"({"name":"s","subject":{"collector":{}},"matrix":{"axes":{
  "transport":{"keepalives":{"subject":{"collector":{"docker":{"transport":{"disable_keep_alives":false}}}}},
               "no-keepalives":{"subject":{"collector":{"docker":{"transport":{"disable_keep_alives":true}}}}}},
  "way":{"follow":{},"poll":{"subject":{"collector":{"container_monitor":{"follow":false}}}}}}}})";

std::vector<std::string> names_of(const Scenario& scenario) {
  std::vector<std::string> names;
  for (const auto& variant : scenario.variants) names.push_back(variant.name);
  return names;
}

std::string problem_of(const std::string& matrix, const std::string& rest = "") {
  try {
    parse_scenario(R"({"name":"s","subject":{"collector":{}},)" + rest + R"("matrix":)" + matrix + "}",
                   "s.json");
  } catch (const UsageError& e) {
    return e.what();
  }
  return "no error";
}

TEST(Matrix, CrossesTheAxesWithTheFirstVaryingSlowest) {
  const Scenario scenario = parse_scenario(kTwoAxes, "s.json");
  EXPECT_EQ(names_of(scenario), (std::vector<std::string>{"keepalives.follow", "keepalives.poll",
                                                          "no-keepalives.follow", "no-keepalives.poll"}));
  const auto& last = scenario.variants.back().document.at("subject").at("collector");
  EXPECT_EQ(last.at("docker").at("transport").at("disable_keep_alives"), true);
  EXPECT_EQ(last.at("container_monitor").at("follow"), false);
}

TEST(Matrix, TheResolvedScenarioCanBeRunAgain) {
  const Scenario scenario = parse_scenario(kTwoAxes, "s.json");
  const Scenario again = parse_scenario(scenario.document.dump(), "resolved.json");
  EXPECT_EQ(again.variants.size(), 4U);
}

TEST(Matrix, LeavesOutWhatIsExcludedAndAddsWhatIsIncluded) {
  auto document = ordered_json::parse(kTwoAxes);
  document["matrix"]["exclude"] = {{{"transport", "no-keepalives"}, {"way", "poll"}}};
  document["matrix"]["include"] = {
      {{"name", "extra"}, {"of", {{"way", "poll"}}}, {"patch", {{"fleet", {{"containers", 3}}}}}}};
  const Scenario scenario = parse_scenario(document.dump(), "s.json");
  EXPECT_EQ(names_of(scenario), (std::vector<std::string>{"keepalives.follow", "keepalives.poll",
                                                          "no-keepalives.follow", "extra"}));
  EXPECT_EQ(scenario.variants.back().document.at("fleet").at("containers"), 3);
  EXPECT_EQ(
      scenario.variants.back().document.at("subject").at("collector").at("container_monitor").at("follow"),
      false);
}

TEST(Matrix, SaysWhatIsWrongAndWhere) {
  const std::string axes = R"("axes":{"a":{"x":{},"y":{}}})";
  EXPECT_NE(problem_of("{" + axes + R"(,"exclude":[{"b":"x"}]})").find("/matrix/exclude/0/b: no such axis"),
            std::string::npos);
  EXPECT_NE(problem_of("{" + axes + R"(,"exclude":[{"a":"z"}]})").find("/matrix/exclude/0/a: no value \"z\""),
            std::string::npos);
  EXPECT_NE(problem_of("{" + axes + R"(,"exclude":[{"a":"x"},{"a":"y"}]})").find("leaves no combination"),
            std::string::npos);
  EXPECT_NE(
      problem_of("{" + axes + R"(,"include":[{"name":"n","of":{"a":"q"}}]})").find("/matrix/include/0/of/a"),
      std::string::npos);
  EXPECT_NE(problem_of("{" + axes + "}", R"("variants":{"x":{}},)").find("there is one of that name"),
            std::string::npos);
  EXPECT_NE(problem_of(R"({"axes":{"a":{"x.y":{}}}})").find("/matrix/axes/a/x.y"), std::string::npos);
  EXPECT_NE(problem_of(R"({"axis":{}})").find("/matrix/axis: unknown key"), std::string::npos)
      << problem_of(R"({"axis":{}})");
  EXPECT_NE(
      problem_of(R"({"axes":{"a":{"x":{"subject":{"collector":{"container_monitor":{"folow":true}}}}}}})")
          .find("/variants/x/subject/collector/container_monitor/folow"),
      std::string::npos);
}

TEST(Expectations, OfAPatternHoldForEveryVariantItMatches) {
  auto document = nlohmann::json::parse(
      R"({"expect":{"*.follow":{"threads":"leak"},"a.*":{"lines_lost":"none"},"b.follow":{"threads":"stable"}}})");
  ASSERT_FALSE(expand_expectations(document, {"a.follow", "a.poll", "b.follow"}));
  EXPECT_EQ(document["expect"].dump(),
            R"({"a.follow":{"lines_lost":"none","threads":"leak"},"a.poll":{"lines_lost":"none"},)"
            R"("b.follow":{"threads":"stable"}})");
}

TEST(Expectations, RefuseAPatternWithoutAMatchAndTwoThatContradict) {
  auto unmatched = nlohmann::json::parse(R"({"expect":{"c*":{"threads":"leak"}}})");
  EXPECT_EQ(expand_expectations(unmatched, {"a", "b"})->pointer, "/expect/c*");
  auto contrary = nlohmann::json::parse(R"({"expect":{"a*":{"threads":"leak"},"*b":{"threads":"stable"}}})");
  EXPECT_EQ(expand_expectations(contrary, {"ab"})->message,
            "another pattern expects something else of variant \"ab\"");
}

TEST(Contradictions, AreNamedWithThePointer) {
  const auto problem = [](const std::string& monitor) {
    try {
      parse_scenario(R"({"name":"s","subject":{"collector":{"container_monitor":)" + monitor + "}}}",
                     "s.json");
    } catch (const UsageError& e) {
      return std::string{e.what()};
    }
    return std::string{"no error"};
  };
  EXPECT_NE(
      problem(R"({"follow":false,"rotate_every":"1m"})").find("/container_monitor/rotate_every: goes with"),
      std::string::npos);
  EXPECT_NE(problem(R"({"follow":false,"stream_limit":{"max":5}})")
                .find("/container_monitor/stream_limit: goes with"),
            std::string::npos);
  EXPECT_NE(problem(R"({"stream_limit":{"max":0,"at_limit":"refuse"}})").find("stream_limit/at_limit"),
            std::string::npos);
  EXPECT_EQ(problem(R"({"rotate_every":"1m","stream_limit":{"max":5}})"), "no error");
}

}  // namespace
}  // namespace leakrig
