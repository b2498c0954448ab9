#include "harness/run/run_plan.h"

#include <gtest/gtest.h>

#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

std::vector<std::string> labels_of(const ScenarioSpec& scenario) {
  std::vector<std::string> labels;
  for (const auto& variant : run_plan(scenario)) labels.push_back(run_label(variant));
  return labels;
}

ScenarioSpec with(const std::string& rest, const ScenarioOverrides& overrides = {}) {
  return parse_scenario(
      R"({"name":"s","subject":{"collector":{}},"variants":{"a":{},"b":{},"c":{}})" + rest + "}", "s.json",
      overrides);
}

TEST(RunPlan, IsTheFilesOrderOfOneReplicate) {
  EXPECT_EQ(labels_of(with("")), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(RunPlan, RunsControlsAfterTheVariantsUnderFileNamesWithoutSpaces) {
  const auto plan = run_plan(with(R"(,"controls":true)"));
  ASSERT_EQ(plan.size(), 5U);
  EXPECT_EQ(plan[2].name, "c");
  EXPECT_EQ(file_stem(plan[4]), "control-planted-leak");
}

TEST(RunPlan, InterleavesReplicatesForwardsAndBackwards) {
  EXPECT_EQ(labels_of(with(R"(,"replicates":3)")),
            (std::vector<std::string>{"a", "b", "c", "c (2)", "b (2)", "a (2)", "a (3)", "b (3)", "c (3)"}));
}

TEST(RunPlan, TheCommandLineSetsTheNumberAlsoInTheResolvedFile) {
  ScenarioOverrides overrides;
  overrides.replicates = 2;
  const ScenarioSpec scenario = with("", overrides);
  EXPECT_EQ(labels_of(scenario).size(), 6U);
  EXPECT_EQ(scenario.replicates, 2);
}

TEST(RunPlan, FilesOfReplicatesHaveNamesOfTheirOwn) {
  Variant variant;
  variant.name = "a";
  EXPECT_EQ(file_stem(variant), "a");
  variant.replicate = 2;
  EXPECT_EQ(file_stem(variant), "a.2");
}

}  // namespace
}  // namespace leakrig
