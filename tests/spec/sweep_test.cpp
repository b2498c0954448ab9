#include "harness/spec/sweep.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

using nlohmann::json;

TEST(Sweep, ReadsAPointerAndItsValues) {
  const auto sweep = parse_sweep_option("/fleet/containers=1,2,16");
  EXPECT_EQ(sweep.pointer, "/fleet/containers");
  EXPECT_EQ(sweep.values, (std::vector<std::string>{"1", "2", "16"}));
  EXPECT_EQ(parse_sweep_option("/fleet/churn/lifetime=30s,1m").values, (std::vector<std::string>{"\"30s\"", "\"1m\""}));
}

TEST(Sweep, RefusesWhatIsNone) {
  for (const char* option : {"fleet=1,2", "/a", "/a=", "/a=1", "/a=1,1", "/a=1,,2", "=1,2"})
    EXPECT_THROW(parse_sweep_option(option), UsageError) << option;
}

TEST(Sweep, MakesAVariantOfTheReferenceForEachValue) {
  ScenarioOverrides overrides;
  overrides.sweep = SweepRequest{"/fleet/containers", {"4", "16", "8"}};
  const auto scenario = parse_scenario(
      R"({"name": "x", "fleet": {"seed": 3}, "variants": {"other": {}, "base": {"subject": {"collector": {"background_threads": 5}}}},
          "reference": "base", "expect": {"base": {"threads": "leak"}}})",
      "x.json", overrides);
  ASSERT_EQ(scenario.variants.size(), 3U);
  EXPECT_EQ(scenario.reference, "containers=4");
  EXPECT_EQ(scenario.variants[1].name, "containers=16");
  EXPECT_EQ(scenario.variants[1].fleet.containers, 16);
  EXPECT_EQ(scenario.variants[1].subject.collector()->background_threads, 5);
  EXPECT_TRUE(scenario.variants[1].expect.empty());
  EXPECT_EQ(json::parse(scenario.document)["sweep"], json::parse(R"({"pointer": "/fleet/containers", "values": [4, 16, 8]})"));
}

}  // namespace
}  // namespace leakrig
