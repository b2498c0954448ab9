// Shards that are made from one record by splitting it: what is merged must be that record again.
#include "harness/run/merge.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "harness/analysis/analyze.h"
#include "harness/core/error.h"
#include "harness/core/run_record.h"
#include "harness/report/report_files.h"
#include "harness/report/result_json.h"
#include "harness/run/recorder.h"
#include "harness/run/run_plan.h"
#include "harness/run/shard.h"
#include "harness/spec/load_scenario.h"
#include "tests/support/record_builder.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

ScenarioSpec comparison(const std::string& name = "s") {
  return parse_scenario(R"({"name":")" + name + R"(","subject":{"collector":{}},"variants":{"a":{},"b":{}},"replicates":2,"reference":"a"})",
                        "s.json", {});
}

json environment(const std::string& date = "2026-11-27T10:00:00Z", int cpus = 2) {
  return {{"host", "x86_64"}, {"kernel", "Linux 6.1"}, {"cpus", cpus}, {"leakrig", "leakrig 0.1.0"}, {"compiler", "g++ 12"}, {"date", date}};
}

/// Records some runs of the plan, each with a rate of its own.
void record_runs(const fs::path& directory, const ScenarioSpec& scenario, const std::vector<Variant>& runs, const json& machine) {
  RunRecorder recorder(directory, json::parse(scenario.document), machine, {"a", "b"});
  for (const auto& run : runs) {
    const double rate = run.name == "a" ? 32 + run.replicate : 0;
    const VariantRecord made = VariantBuilder(run.name).threads(128, rate).streams(60, 30).build();
    VariantRecorder variant(recorder, run.name, run.replicate);
    variant.begin(4711);
    variant.set_origin(0);
    for (const auto& entry : made.ledger) variant.record(entry);
    for (const auto& sample : made.samples) variant.record(sample);
    variant.end(Outcome::completed, "", 6);
  }
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string message_of(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& problem) {
    return problem.what();
  }
  return "no error";
}

class Merge : public testing::Test {
 protected:
  fs::path make_shard(const Shard& shard, const ScenarioSpec& scenario = comparison(), const json& machine = environment()) {
    const fs::path directory = tmp_.path() / fmt::format("{}-{}of{}", scenario.name, shard.index, shard.of);
    record_runs(directory, scenario, part_of(run_plan(scenario), shard), machine);
    write_shard_mark(directory, {shard, keys_of(run_plan(scenario)), true, {}, {}});
    return directory;
  }
  std::vector<fs::path> make_shards(int of) {
    std::vector<fs::path> shards;
    for (int index = 1; index <= of; ++index) shards.push_back(make_shard({index, of}));
    return shards;
  }
  fs::path out() const { return tmp_.path() / "whole"; }

  TemporaryDirectory tmp_;
};

TEST_F(Merge, OfOneTwoFourAndSevenShardsInAnyOrderIsTheUnshardedRunByteForByte) {
  const fs::path single = tmp_.path() / "single";
  record_runs(single, comparison(), run_plan(comparison()), environment());
  const std::string report = result_json(analyze(load_run_record(single))).dump();
  for (const int of : {1, 2, 4, 7}) {
    std::vector<fs::path> shards = make_shards(of);
    std::shuffle(shards.begin(), shards.end(), std::mt19937(static_cast<unsigned>(of)));
    const fs::path merged = out().string() + std::to_string(of);
    merge_shards(shards, merged);
    for (const char* file : {run_file::kScenario, run_file::kSamples, run_file::kLedger}) {
      EXPECT_EQ(text_of(merged / file), text_of(single / file)) << file << " of " << of;
    }
    EXPECT_EQ(result_json(analyze(load_run_record(merged))).dump(), report) << of;
    EXPECT_FALSE(fs::exists(merged / kShardFile));
  }
  EXPECT_NE(report.find("\"verdict\":\"leak\""), std::string::npos);
}

TEST_F(Merge, TheMissingShardIsNamed) {
  const auto shards = make_shards(4);
  EXPECT_EQ(message_of([&] { merge_shards({shards[0], shards[3]}, out()); }), "shards 2, 3 of 4 are missing");
  EXPECT_FALSE(fs::exists(out()));
}

TEST_F(Merge, TheDoubledShardIsNamed) {
  const auto shards = make_shards(2);
  EXPECT_EQ(message_of([&] { merge_shards({shards[0], shards[1], shards[1]}, out()); }),
            "shard 2 of 2: is given twice: " + shards[1].string() + " and " + shards[1].string());
}

TEST_F(Merge, AForeignShardIsNamedWithWhatDiffers) {
  const auto shards = make_shards(2);
  const fs::path other = make_shard({2, 2}, comparison("another"));
  const std::string said = message_of([&] { merge_shards({shards[0], other}, out()); });
  EXPECT_NE(said.find(other.string()), std::string::npos) << said;
  EXPECT_NE(said.find("/name"), std::string::npos) << said;
  EXPECT_NE(message_of([&] { merge_shards({shards[0], make_shard({2, 3})}, out()); }).find("it was split otherwise"), std::string::npos);
  const fs::path whole = tmp_.path() / "single";
  record_runs(whole, comparison(), run_plan(comparison()), environment());
  EXPECT_EQ(message_of([&] { merge_shards({shards[0], whole}, out()); }), whole.string() + ": is a whole run, not a shard of one");
}

TEST_F(Merge, AnUnfinishedShardIsNamed) {
  const auto shards = make_shards(2);
  write_shard_mark(shards[1], {{2, 2}, keys_of(run_plan(comparison())), false, {}, {}});
  EXPECT_EQ(message_of([&] { merge_shards(shards, out()); }),
            "shard 2 of 2 (" + shards[1].string() + "): did not finish; run it again with the same --shard and --out");
}

TEST_F(Merge, ABrokenShardIsNamed) {
  const auto shards = make_shards(2);
  const auto bytes = fs::file_size(shards[1] / run_file::kSamples);
  fs::resize_file(shards[1] / run_file::kSamples, bytes - 10);
  const std::string said = message_of([&] { merge_shards(shards, out()); });
  EXPECT_EQ(said.rfind(shards[1].string() + ": broken shard 2 of 2: samples.jsonl is not what was recorded", 0), 0U) << said;
}

TEST_F(Merge, MachinesThatDifferAreToldAndTheEarliestDateStands) {
  const fs::path first = make_shard({1, 2}, comparison(), environment("2026-11-27T10:00:00Z", 2));
  const fs::path second = make_shard({2, 2}, comparison(), environment("2026-11-27T09:00:00Z", 8));
  merge_shards({first, second}, out());
  const json merged = load_run_record(out()).environment;
  EXPECT_EQ(merged["date"], "2026-11-27T09:00:00Z");
  EXPECT_EQ(merged["cpus"], "2 and 8");
  EXPECT_EQ(merged["kernel"], "Linux 6.1");
  ASSERT_EQ(merged["machines"].size(), 2U);
  EXPECT_EQ(merged["machines"][1]["shards"], json::array({2}));
  write_report_files(analyze(load_run_record(out())), out());
  const std::string report = text_of(out() / run_file::kReport);
  EXPECT_NE(report.find("| Machines | 2 that differ"), std::string::npos);
  EXPECT_NE(report.find("shards 2: x86_64, kernel Linux 6.1, 8 CPUs"), std::string::npos);
}

TEST_F(Merge, ARunIsNotOverwritten) {
  const auto shards = make_shards(2);
  merge_shards(shards, out());
  EXPECT_THROW(merge_shards(shards, out()), UsageError);
}

}  // namespace
}  // namespace leakrig
