#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/watch/watch_record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/analysis/analysis.h"
#include "harness/core/units.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

const nlohmann::json kScenario{{"name", "watch"}, {"subject", {{"pid", 7}}}};
const WatchSchedule kEverySecond{Nanos{0}, std::chrono::hours{1000}, seconds{10}, seconds{1}};

Sample reading(int second, double threads) {
  Sample sample;
  sample.due_s = sample.t_s = second;
  sample.values = {{"threads", threads}};
  if (second % 10 == 0) sample.groups["thread"] = {{"worker", threads}};
  return sample;
}

/// Readings of a second each: 10 threads, and one more each ten seconds.
void feed(WatchRecord& record, int readings) {
  for (int i = 0; i < readings; ++i) record.add(reading(i, 10 + i / 10));
}

double sampling_s(const RunRecord& run, const char* key) {
  return to_seconds(*parse_duration(run.scenario.at("sampling").at(key).get<std::string>()));
}

std::size_t rows_of(const VariantRecord& watched) {
  return static_cast<std::size_t>(std::count_if(watched.samples.begin(), watched.samples.end(),
                                                [](const Sample& s) { return !s.groups.empty(); }));
}

TEST(WatchRecord, KeepsEverythingOfAShortWatch) {
  WatchRecord record(kScenario, kEverySecond, std::nullopt, 7);
  feed(record, 500);
  EXPECT_EQ(record.watched().samples.size(), 500U);
  EXPECT_EQ(rows_of(record.watched()), 50U);
  EXPECT_EQ(sampling_s(record.run(), "every"), 10);
  EXPECT_EQ(sampling_s(record.run(), "resolution"), 1);
}

TEST(WatchRecord, SaysWhichReadingsAreRows) {
  WatchRecord record(kScenario, kEverySecond, std::nullopt, 7);
  EXPECT_TRUE(record.add(reading(0, 1)));
  EXPECT_FALSE(record.add(reading(9, 1)));
  Sample missed = reading(10, 1);
  missed.missed = true;
  EXPECT_FALSE(record.add(missed));
  EXPECT_TRUE(record.add(reading(11, 1))) << "the first reading after a row's slot was missed";
}

TEST(WatchRecord, OfManyDaysIsWhatACoarserWatchWouldHaveRecorded) {
  WatchRecord record(kScenario, kEverySecond, std::nullopt, 7);
  feed(record, 3 * 86400);
  const auto& samples = record.watched().samples;
  EXPECT_LE(samples.size(), WatchRecord::kMostSamples);
  EXPECT_GT(samples.size(), WatchRecord::kMostSamples / 3);
  EXPECT_LE(rows_of(record.watched()), WatchRecord::kMostRows);
  EXPECT_GT(rows_of(record.watched()), WatchRecord::kMostRows / 3);
  const double every = sampling_s(record.run(), "every");
  const double resolution = sampling_s(record.run(), "resolution");
  for (const auto& sample : samples) {
    EXPECT_EQ(!sample.groups.empty(), std::fmod(sample.due_s, every) == 0) << sample.due_s;
    EXPECT_TRUE(std::fmod(sample.due_s, resolution) == 0 || !sample.groups.empty()) << sample.due_s;
  }
  EXPECT_EQ(samples.front().due_s, 0);
  EXPECT_FALSE(samples.front().groups.empty());
}

TEST(WatchRecord, KeepsTheRate) {
  WatchRecord record(kScenario, kEverySecond, std::nullopt, 7);
  feed(record, 86400);
  const Analysis analysis = analyze(record.run());
  ASSERT_NE(analysis.variants.front().lead(), nullptr);
  EXPECT_NEAR(analysis.variants.front().lead()->growth.rate_per_min, 6, 0.01);
  EXPECT_EQ(analysis.variants.front().verdict, MetricVerdict::leak);
  ASSERT_EQ(analysis.variants.front().attribution.size(), 1U);
  EXPECT_NEAR(analysis.variants.front().attribution.front().rate_per_min, 6, 0.01);
}

TEST(WatchRecord, OnDiskIsWhatItIsInMemory) {
  const TemporaryDirectory tmp;
  const auto directory = tmp.path() / "run";
  WatchRecord record(kScenario, kEverySecond, directory, 7);
  feed(record, 20000);
  record.end(Outcome::completed, "", 20000);
  record.check();
  const RunRecord read = load_run_record(directory);
  EXPECT_EQ(read.scenario, record.run().scenario);
  ASSERT_EQ(read.variants.size(), 1U);
  EXPECT_EQ(read.variants.front().outcome, Outcome::completed);
  EXPECT_EQ(read.variants.front().subject_pid, 7);
  ASSERT_EQ(read.variants.front().samples.size(), record.watched().samples.size());
  EXPECT_EQ(read.variants.front().samples.back().due_s, record.watched().samples.back().due_s);
  EXPECT_EQ(rows_of(read.variants.front()), rows_of(record.watched()));
}

TEST(WatchRecord, OfADayAtTenReadingsASecondIsNeverLargeInMemoryOrOnDisk) {
  const TemporaryDirectory tmp;
  const WatchSchedule schedule{Nanos{0}, std::chrono::hours{24}, seconds{10}, std::chrono::milliseconds{100}};
  WatchRecord record(kScenario, schedule, tmp.path() / "run", 7);
  std::size_t most = 0;
  std::uintmax_t largest = 0;
  for (int slot = 0; slot < 864'000; ++slot) {
    Sample sample = reading(slot / 10, 10);
    sample.due_s = sample.t_s = slot / 10.0;
    record.add(sample);
    most = std::max(most, record.watched().samples.size());
    if (slot % 1000 == 0) largest = std::max(largest, std::filesystem::file_size(tmp.path() / "run" / run_file::kSamples));
  }
  record.end(Outcome::completed, "", 86'400);
  EXPECT_LE(most, WatchRecord::kMostSamples + 1);
  EXPECT_LT(largest, 400'000U);  // 2,000 readings of about 100 bytes, and 60 rows
  EXPECT_EQ(load_run_record(tmp.path() / "run").variants.front().samples.size(), record.watched().samples.size());
}

TEST(WatchRecord, RefusesADirectoryThatHoldsARun) {
  const TemporaryDirectory tmp;
  const WatchRecord first(kScenario, kEverySecond, tmp.path(), 7);
  EXPECT_THROW(WatchRecord(kScenario, kEverySecond, tmp.path(), 7), UsageError);
}

}  // namespace
}  // namespace leakrig
