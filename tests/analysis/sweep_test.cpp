#include "harness/analysis/analyze.h"
#include "harness/analysis/sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

Analysis swept(const std::vector<std::pair<int, double>>& rates) {
  RunRecord record;
  record.scenario = {{"name", "s"}, {"sweep", {{"pointer", "/fleet/containers"}}}};
  for (const auto& [value, rate] : rates) {
    const auto name = "containers=" + std::to_string(value);
    record.scenario["sweep"]["values"].push_back(value);
    record.scenario["variants"][name] = nlohmann::json::object();
    record.variants.push_back(VariantBuilder(name).threads(100, rate).build());
  }
  return analyze(record);
}

TEST(Sweep, TellsWhereGrowthBeginsAndWhatEachUnitAdds) {
  const auto analysis = swept({{1, 0}, {2, 0}, {4, 16}, {8, 32}, {16, 64}});
  const auto sweep = read_sweep(analysis);
  ASSERT_TRUE(sweep.has_value());
  EXPECT_EQ(sweep->name, "containers");
  EXPECT_EQ(sweep->metric, "threads");
  ASSERT_EQ(sweep->points.size(), 5U);
  EXPECT_EQ(sweep->none_up_to, 2);
  EXPECT_EQ(sweep->grows_from, 4);
  EXPECT_TRUE(sweep->is_proportional);
  EXPECT_NEAR(sweep->per_unit.value_or(0), 4, 0.05);
  EXPECT_FALSE(sweep->idle_connections);
  EXPECT_EQ(analysis.exit_code, ExitCode::ok);  // nothing is expected of a sweep
}

TEST(Sweep, OfGrowthBeyondAThresholdTellsTheSlope) {
  const auto analysis = swept({{2, 0}, {6, 8}, {8, 16}, {12, 32}, {16, 48}});
  const auto sweep = read_sweep(analysis);
  EXPECT_EQ(sweep->none_up_to, 2);
  EXPECT_FALSE(sweep->is_proportional);
  EXPECT_NEAR(sweep->per_unit.value_or(0), 4, 0.1);
}

TEST(Sweep, OfNoGrowthOrGrowthEverywhereHasNoThreshold) {
  const auto flat = swept({{1, 0}, {2, 0}});
  EXPECT_FALSE(read_sweep(flat)->grows_from.has_value());
  const auto always = swept({{1, 8}, {2, 16}});
  EXPECT_FALSE(read_sweep(always)->none_up_to.has_value());
  EXPECT_EQ(read_sweep(always)->grows_from, 1);
}

TEST(Sweep, IsNoneOfAnOrdinaryRun) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("a").threads(100, 32).build()};
  EXPECT_FALSE(read_sweep(analyze(record)).has_value());
}

}  // namespace
}  // namespace leakrig
