#include "harness/report/headlines.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

SideBySideRow row(const char* name, double rate, Standing standing, double difference = 0) {
  SideBySideRow row;
  row.variant = row.label = name;
  row.verdict = rate > 2 ? "leak" : "stable";
  row.growth.rate_per_min = rate;
  row.standing = standing;
  row.difference = {stats::Comparison::inconclusive, difference, difference - 0.5, difference + 0.5, 0.9, 3.2};
  return row;
}

SideBySide table_of(std::vector<SideBySideRow> rows) {
  SideBySide table{"threads", "threads", std::move(rows), {}};
  table.rows.front().is_reference = true;
  return table;
}

TEST(Headline, OfResultsSideBySideIsWhatIsWorst) {
  const auto table = table_of({row("a", 32, Standing::identical), row("better", 0, Standing::improved, -32),
                               row("bad", 64, Standing::worse, 32), row("worse", 96, Standing::worse, 64)});
  EXPECT_EQ(headline(table),
            "WORSE  threads of worse 96.0/min, of a 32.0/min: a difference of +64.0/min (90 % +63.5 to +64.5); "
            "2 of 3 are worse");
}

TEST(Headline, OfOneThatStarvesIsNoImprovement) {
  auto starved = row("s", 0, Standing::starved, -32);
  starved.lines_written = 1000;
  starved.lines_lost = 500;
  const std::string text = headline(table_of({row("a", 32, Standing::identical), starved}));
  EXPECT_TRUE(text.starts_with("STARVED  threads of s 0.0/min")) << text;
  EXPECT_TRUE(text.ends_with("; 50.0 % of the lines were lost")) << text;
}

TEST(Headline, OfOneResultAloneSaysThatThereIsNothingToCompare) {
  EXPECT_EQ(headline(table_of({row("a", 32, Standing::identical)})),
            "ALONE  a: leak, threads 32.0/min; there is nothing to compare it with");
}

RateHistory history(const char* variant, MetricVerdict newest, double rate) {
  RateHistory history;
  history.variant = variant;
  history.metric = "threads";
  history.results = 12;
  history.newest = newest;
  history.rate_per_min = rate;
  return history;
}

TEST(Headline, OfAHistoryIsTheNewestResultThatIsWorstAndWhereItChanged) {
  auto leaking = history("b", MetricVerdict::leak, 32);
  leaking.changes = {{"abc1234", "main", "2025-11-06", 0.1, 32, 1e-6}};
  EXPECT_EQ(headline(std::vector{history("a", MetricVerdict::stable, 0), leaking}),
            "LEAK  threads of b: 32.0/min in the newest of 12 results; changed at abc1234 (main, 2025-11-06): "
            "0.1 to 32.0/min, p < 0.001");
  EXPECT_EQ(headline(std::vector{history("a", MetricVerdict::stable, 0)}),
            "STABLE  threads of a: 0.0/min in the newest of 12 results; no change of the rate was found");
  EXPECT_EQ(headline(std::vector<RateHistory>{}), "NOTHING  no result is recorded");
}

TEST(Headline, OfAllScenariosNamesThoseThatDidNotPass) {
  EXPECT_EQ(headline_of_scenarios({}, 3), "PASSED  the newest result of each of 3 scenarios");
  EXPECT_EQ(headline_of_scenarios({"x", "y"}, 3), "FAILED  the newest result of 2 of 3 scenarios: x, y");
  EXPECT_EQ(headline_of_scenarios({}, 0), "NOTHING  no result is recorded");
}

TEST(Paragraph, BreaksBetweenWordsAndEndsEachLine) {
  EXPECT_EQ(paragraph("one two three", 8), "one two\n  three\n");
}

}  // namespace
}  // namespace leakrig
