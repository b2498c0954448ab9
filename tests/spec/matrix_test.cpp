#include "harness/spec/document/matrix.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

const char* const kTwoAxes = R"({"name":"s","subject":{"collector":{}},"matrix":{"axes":{
  "transport":{"keepalives":{"subject":{"collector":{"docker":{"transport":{"disable_keep_alives":false}}}}},
               "no-keepalives":{"subject":{"collector":{"docker":{"transport":{"disable_keep_alives":true}}}}}},
  "way":{"follow":{},"poll":{"subject":{"collector":{"container_monitor":{"follow":false}}}}}}}})";

std::vector<std::string> names_of(const ScenarioSpec& scenario) {
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
  const ScenarioSpec scenario = parse_scenario(kTwoAxes, "s.json");
  EXPECT_EQ(names_of(scenario), (std::vector<std::string>{"keepalives.follow", "keepalives.poll",
                                                          "no-keepalives.follow", "no-keepalives.poll"}));
  const CollectorConfig& last = *scenario.variants.back().subject.collector();
  EXPECT_TRUE(last.docker.transport.disable_keep_alives);
  EXPECT_FALSE(last.container_monitor.follow);
  EXPECT_EQ(scenario.matrix_axes, (std::vector<std::string>{"transport", "way"}));
}

TEST(Matrix, TheResolvedScenarioCanBeRunAgain) {
  const ScenarioSpec scenario = parse_scenario(kTwoAxes, "s.json");
  const ScenarioSpec again = parse_scenario(scenario.document, "resolved.json");
  EXPECT_EQ(again.variants.size(), 4U);
}

TEST(Matrix, LeavesOutWhatIsExcludedAndAddsWhatIsIncluded) {
  const std::string axes = kTwoAxes;
  const ScenarioSpec scenario = parse_scenario(
      axes.substr(0, axes.size() - 2) + R"(,"exclude":[{"transport":"no-keepalives","way":"poll"}],
          "include":[{"name":"extra","of":{"way":"poll"},"patch":{"fleet":{"containers":3}}}]}})",
      "s.json");
  EXPECT_EQ(names_of(scenario), (std::vector<std::string>{"keepalives.follow", "keepalives.poll",
                                                          "no-keepalives.follow", "extra"}));
  EXPECT_EQ(scenario.variants.back().fleet.containers, 3U);
  EXPECT_FALSE(scenario.variants.back().subject.collector()->container_monitor.follow);
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
          .find("/matrix/axes/a/x/subject/collector/container_monitor/folow"),
      std::string::npos);
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
