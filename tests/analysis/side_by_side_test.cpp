#include "harness/analysis/analyze.h"
#include "harness/report/result_json.h"
#include "harness/analysis/side_by_side.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/core/error.h"
#include "harness/core/run_record.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

nlohmann::json result_of(std::vector<VariantRecord> variants, const std::string& more = "") {
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name":"s","fleet":{"containers":8})" + more + "}");
  record.environment = {{"host", "a"}, {"date", "2026-01-01T00:00:00Z"}};
  for (const auto& variant : variants) record.scenario["variants"][variant.name] = nlohmann::json::object();
  record.variants = std::move(variants);
  return result_json(analyze(record));
}

VariantRecord variant(const char* name, double threads_per_min, std::uint64_t lost = 0) {
  return VariantBuilder(name).threads(100, threads_per_min).delivered(1000, lost).build();
}

std::string refusal(const std::vector<RecordedResult>& results, const std::string& metric = "",
                    const std::string& baseline = "") {
  try {
    side_by_side(results, metric, baseline);
  } catch (const UsageError& e) {
    return e.what();
  }
  return "compared";
}

TEST(SideBySide, ComparesVariantsOfSeveralResultsWithTheFirstsBaseline) {
  const auto table = side_by_side(
      {{"monday", result_of({variant("before", 32)})}, {"tuesday", result_of({variant("after", 0, 100)})}},
      "", "");
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.metric, "threads");
  EXPECT_TRUE(table.rows[0].is_reference);
  EXPECT_EQ(table.rows[1].label, "after");
  EXPECT_EQ(table.rows[1].difference.verdict, stats::Comparison::improved);
  EXPECT_NEAR(table.rows[1].difference.difference_per_min, -32, 0.5);
  EXPECT_EQ(table.rows[1].lines_lost, 100);
}

TEST(SideBySide, NamesTheSourceOfVariantsThatAreCalledAlike) {
  const auto table = side_by_side(
      {{"monday", result_of({variant("a", 32)})}, {"tuesday", result_of({variant("a", 32)})}}, "", "");
  EXPECT_EQ(table.rows[0].label, "a (monday)");
  EXPECT_EQ(table.rows[1].label, "a (tuesday)");
  EXPECT_EQ(table.rows[1].difference.verdict, stats::Comparison::identical);
}

TEST(SideBySide, SortsByRateBehindTheBaseline) {
  const auto table =
      side_by_side({{"r", result_of({variant("x", 20), variant("y", 40), variant("z", 10)})}}, "", "y");
  EXPECT_EQ(table.rows[0].label, "y");
  EXPECT_EQ(table.rows[1].label, "z");
  EXPECT_EQ(table.rows[2].label, "x");
}

TEST(SideBySide, SaysWhyResultsCannotBeCompared) {
  const auto first = result_of({variant("a", 32)});
  EXPECT_NE(refusal({{"m", first}, {"t", result_of({variant("a", 1)}, R"(,"sampling":{"time_scale":10})")}})
                .find("/time_scale is 60.0 in m and 10.0 in t"),
            std::string::npos)
      << refusal({{"m", first}, {"t", result_of({variant("a", 1)}, R"(,"sampling":{"time_scale":10})")}});
  auto other_fleet = first;
  other_fleet["conditions"]["fleet"]["containers"] = 50;
  EXPECT_NE(refusal({{"m", first}, {"t", other_fleet}}).find("/conditions/fleet"), std::string::npos);
  EXPECT_NE(refusal({{"m", first}}, "goroutines").find("m has no metric \"goroutines\""), std::string::npos);
  EXPECT_NE(refusal({{"m", first}}, "", "b").find("no variant \"b\""), std::string::npos);
  EXPECT_NE(refusal({{"m", nlohmann::json::array()}}).find("not a result"), std::string::npos);
}

}  // namespace
}  // namespace leakrig
