#include "harness/report/recorded_words.h"

#include <gtest/gtest.h>

#include "harness/analysis/analysis.h"

namespace leakrig {
namespace {

TEST(RecordedWords, SayWhatWasAndWhatIs) {
  RecordedDifference d{"a", RecordedDifference::Of::metric, "rss_bytes", "rss_bytes", Quantity::bytes};
  d.before = {0, MetricVerdict::stable};
  d.now = {3 << 20, MetricVerdict::leak};
  d.margin = 1 << 20;
  d.verdict = RecordedDifference::Verdict::worse;
  EXPECT_EQ(words::difference(d),
            "rss_bytes: leak 3.0 MiB/min, recorded stable 0 B/min (margin +1.0 MiB/min): worse");
}

TEST(RecordedWords, OfLinesAndGroupsAndCosts) {
  RecordedDifference lines{"a", RecordedDifference::Of::lines_lost, ""};
  lines.before = {0, {}, 1000};
  lines.now = {5, {}, 1000};
  EXPECT_EQ(words::compared(lines) + ": " + words::now(lines) + ", " + words::margin(lines),
            "lines lost: 5 of 1000, none");
  RecordedDifference group{"a", RecordedDifference::Of::group, "thread readLoop", "threads"};
  group.before.known = false;
  EXPECT_EQ(words::compared(group) + ": " + words::recorded(group), "group thread readLoop: not growing");
  RecordedDifference cost{"a", RecordedDifference::Of::cost, "requests_per_min"};
  cost.now = {12};
  EXPECT_EQ(words::compared(cost) + ": " + words::now(cost), "requests/min: 12.0");
}

TEST(RecordedWords, OfAnAcceptedBaselineSayWhichLeakIsAccepted) {
  Acceptance acceptance{"baselines/s.json", false, 2, {}};
  acceptance.metrics = {{"a", "threads", Quantity::count, {}, {0.1, MetricVerdict::stable}},
                        {"b", "threads", Quantity::count, {{0, MetricVerdict::stable}}, {32, MetricVerdict::leak}}};
  EXPECT_EQ(words::accepted_headline(acceptance),
            "RECORDED  baselines/s.json: 2 variants, accepts that 1 leaks: threads of b 32.0/min");
  EXPECT_EQ(words::accepted_lines(acceptance),
            (std::vector<std::string>{"a threads: new: stable 0.1/min",
                                      "b threads: stable 0.0/min -> leak 32.0/min"}));
  acceptance.metrics.pop_back();
  EXPECT_EQ(words::accepted_headline(acceptance), "RECORDED  baselines/s.json: 2 variants, nothing leaks in it");
}

}  // namespace
}  // namespace leakrig
