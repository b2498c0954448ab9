#include "harness/analysis/activity.h"
#include "harness/core/run_record.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

/// A reading each second for two minutes.
VariantRecord record_with(const std::map<std::string, double>& values) {
  VariantRecord record;
  for (int s = 0; s <= 120; ++s) {
    Sample sample;
    sample.t_s = sample.due_s = s;
    sample.values = values;
    record.samples.push_back(sample);
  }
  return record;
}

TEST(Activity, OfAnIdleSubjectIsNone) {
  const auto activity = activity_of(record_with({{"threads", 4}, {"cpu_s", 1.5}}), {}, 60);
  EXPECT_EQ(activity.cpu_s, 0.0);
  EXPECT_DOUBLE_EQ(activity.wall_s, 2);
  EXPECT_EQ(activity.requests, 0U);
  EXPECT_FALSE(activity.counts_moved);
  EXPECT_TRUE(activity.silent.empty());
}

TEST(Activity, IsCpuTimeRequestsAndCountsThatMove) {
  VariantRecord record = record_with({{"threads", 4}, {"cpu_s", 1.5}});
  record.samples[60].values["threads"] = 5;
  record.samples.back().values["cpu_s"] = 2;
  record.ledger.push_back({"a", "docker", LedgerEvent::request_opened, 3, 1, 1, 7, "GET /_ping", "", 0, 0, 0, ""});
  record.ledger.push_back({"a", "docker", LedgerEvent::request_opened, -3, 1, 2, 7, "GET /_ping", "", 0, 0, 0, ""});
  const auto activity = activity_of(record, {}, 1);
  EXPECT_EQ(activity.cpu_s, 0.5);
  EXPECT_EQ(activity.requests, 1U) << "the warm-up's do not count";
  EXPECT_TRUE(activity.counts_moved);
}

TEST(Activity, MemoryThatMovesIsNoCount) {
  VariantRecord record = record_with({{"threads", 4}, {"rss_bytes", 1e6}});
  record.samples[60].values["rss_bytes"] = 2e6;
  EXPECT_FALSE(activity_of(record, {}, 1).counts_moved);
}

TEST(Activity, SaysWhatWasAskedForAndNeverRead) {
  const auto activity = activity_of(record_with({{"threads", 4}}), {"goroutines", "threads"}, 1);
  ASSERT_EQ(activity.silent.size(), 1U);
  EXPECT_EQ(activity.silent[0].metric, "goroutines");
  EXPECT_FALSE(activity.silent[0].since_min);
}

TEST(Activity, SaysWhatVanishedHalfWay) {
  VariantRecord record = record_with({{"threads", 4}, {"goroutines", 9}});
  for (auto& sample : record.samples) {
    if (sample.t_s > 60) sample.values.erase("goroutines");
  }
  const auto activity = activity_of(record, {"goroutines"}, 1);
  ASSERT_EQ(activity.silent.size(), 1U);
  EXPECT_DOUBLE_EQ(*activity.silent[0].since_min, 1);
}

TEST(Activity, WhatIsReadAtRowsOnlyHasNotVanishedBetweenThem) {
  VariantRecord record = record_with({{"threads", 4}});
  record.samples[0].values["pss_bytes"] = 1e6;
  record.samples[60].values["pss_bytes"] = 1e6;
  EXPECT_TRUE(activity_of(record, {}, 1).silent.empty());
}

}  // namespace
}  // namespace leakrig
