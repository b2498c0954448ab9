#include "harness/analysis/plot.h"

#include <gtest/gtest.h>

#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

std::vector<PlotPoint> line(int count) {
  std::vector<PlotPoint> points;
  for (int i = 0; i < count; ++i) points.push_back({static_cast<double>(i), static_cast<double>(i)});
  return points;
}

TEST(Thinned, KeepsFewAsTheyAre) {
  EXPECT_EQ(thinned(line(10), 10).size(), 10U);
  EXPECT_TRUE(thinned({}, 10).empty());
}

TEST(Thinned, KeepsEndsAndPeaksInOrder) {
  auto points = line(10'000);
  points[1234].value = 1e6;
  points[4321].value = -1e6;
  const auto few = thinned(points, 100);
  EXPECT_LE(few.size(), 100U);
  EXPECT_EQ(few.front().minute, 0);
  EXPECT_EQ(few.back().minute, 9999);
  EXPECT_TRUE(std::any_of(few.begin(), few.end(), [](const auto& p) { return p.value == 1e6; }));
  EXPECT_TRUE(std::any_of(few.begin(), few.end(), [](const auto& p) { return p.value == -1e6; }));
  EXPECT_TRUE(std::is_sorted(few.begin(), few.end(),
                             [](const auto& a, const auto& b) { return a.minute < b.minute; }));
}

TEST(OrphanTimeline, SeesWhenEachStreamWasSuperseded) {
  const auto record = VariantBuilder("a").streams(60, 0, 121).build();  // opened at -60, 0, 60, 120
  const auto timeline = orphan_timeline(record.ledger, 150);
  ASSERT_EQ(timeline.lanes.size(), 1U);
  const auto& lane = timeline.lanes[0];
  EXPECT_EQ(lane.container, "web-1");
  EXPECT_EQ(lane.opened, 4U);
  EXPECT_EQ(lane.orphans, 3U);
  EXPECT_EQ(lane.spans[0].opened_s, -60);
  EXPECT_EQ(lane.spans[0].superseded_s, 0);
  EXPECT_EQ(lane.spans[0].closed_s, std::nullopt);
  EXPECT_EQ(lane.spans[3].superseded_s, std::nullopt);
  EXPECT_EQ(timeline.start_s, -60);
  EXPECT_EQ(timeline.end_s, 150);
}

TEST(OrphanTimeline, OfStreamsThatWereClosedHasNoOrphans) {
  const auto record = VariantBuilder("a").streams(60, 50, 121).build();
  EXPECT_TRUE(orphan_timeline(record.ledger, 180).lanes.empty()) << "none was left open";
  const auto timeline = orphan_timeline(record.ledger, 150);
  ASSERT_EQ(timeline.lanes.size(), 1U);
  EXPECT_EQ(timeline.lanes[0].orphans, 0U);
  EXPECT_EQ(timeline.lanes[0].spans[0].closed_s, -10);
  EXPECT_EQ(timeline.lanes[0].spans[0].superseded_s, std::nullopt);
}

TEST(OrphanTimeline, IsBoundedAndCountsWhatItLeavesOut) {
  auto record = VariantBuilder("a").streams(0.05, 0).build();
  for (std::size_t i = 0; i < record.ledger.size(); ++i)
    record.ledger[i].container = "c" + std::to_string(i % 100);
  const auto timeline = orphan_timeline(record.ledger, 300);
  EXPECT_EQ(timeline.containers, 100U);
  EXPECT_EQ(timeline.spans, record.ledger.size());
  EXPECT_LE(timeline.lanes.size(), OrphanTimeline::kMostLanes);
  std::size_t drawn = 0;
  for (const auto& lane : timeline.lanes) drawn += lane.spans.size();
  EXPECT_LE(drawn, OrphanTimeline::kMostSpans);
}

}  // namespace
}  // namespace leakrig
