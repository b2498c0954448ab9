#include "harness/run/shard.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>

#include "harness/core/error.h"
#include "harness/run/run_plan.h"
#include "harness/spec/load_scenario.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

std::optional<FoundShard> found_in(const std::map<std::string, std::string>& variables) {
  return shard_from_environment([&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

ScenarioSpec replicated() {
  return parse_scenario(R"({"name":"s","subject":{"collector":{}},"variants":{"a":{},"b":{}},"replicates":3})", "s.json", {});
}

std::vector<std::string> labels_of(const std::vector<Variant>& plan) {
  std::vector<std::string> labels;
  for (const auto& variant : plan) labels.push_back(run_label(variant));
  return labels;
}

TEST(Shard, IsReadAsNumberOfCount) {
  EXPECT_EQ(parse_shard("2/8"), (Shard{2, 8}));
  for (const char* wrong : {"0/8", "9/8", "2", "2/", "/8", "2/8x", "-1/8", "a/b", "1/0", "1/10001", ""}) {
    EXPECT_THROW(parse_shard(wrong), UsageError) << wrong;
  }
}

TEST(Shard, AllOfThemTogetherAreThePlanEachRunOnce) {
  const auto plan = run_plan(replicated());
  for (const int of : {1, 2, 4, 7}) {
    std::multiset<std::string> runs;
    for (int index = 1; index <= of; ++index) {
      for (const auto& label : labels_of(part_of(plan, {index, of}))) runs.insert(label);
    }
    const auto all = labels_of(plan);
    EXPECT_EQ(runs, std::multiset<std::string>(all.begin(), all.end())) << of;
  }
}

TEST(Shard, TakesEveryNthRunSoThatEachVariantIsOnSeveralMachines) {
  EXPECT_EQ(labels_of(part_of(run_plan(replicated()), {1, 2})), (std::vector<std::string>{"a", "b (2)", "a (3)"}));
  EXPECT_EQ(labels_of(part_of(run_plan(replicated()), {2, 2})), (std::vector<std::string>{"b", "a (2)", "b (3)"}));
}

TEST(ShardFromEnvironment, IsTakenFromSlurmsArrayWhereverItStarts) {
  EXPECT_EQ(found_in({{"SLURM_ARRAY_TASK_ID", "0"}, {"SLURM_ARRAY_TASK_COUNT", "4"}})->shard, (Shard{1, 4}));
  EXPECT_EQ(found_in({{"SLURM_ARRAY_TASK_ID", "7"}, {"SLURM_ARRAY_TASK_COUNT", "3"}, {"SLURM_ARRAY_TASK_MIN", "3"},
                      {"SLURM_ARRAY_TASK_STEP", "2"}})->shard, (Shard{3, 3}));
  EXPECT_THROW(found_in({{"SLURM_ARRAY_TASK_ID", "6"}, {"SLURM_ARRAY_TASK_COUNT", "3"}, {"SLURM_ARRAY_TASK_MIN", "3"},
                         {"SLURM_ARRAY_TASK_STEP", "2"}}), UsageError);
  EXPECT_THROW(found_in({{"SLURM_ARRAY_TASK_ID", "4"}, {"SLURM_ARRAY_TASK_COUNT", "4"}}), UsageError);
  EXPECT_THROW(found_in({{"SLURM_ARRAY_TASK_ID", "4"}}), UsageError);
}

TEST(ShardFromEnvironment, CountsKubernetesFromZeroAndGitLabFromOne) {
  EXPECT_EQ(found_in({{"JOB_COMPLETION_INDEX", "0"}, {"LEAKRIG_SHARDS", "4"}})->shard, (Shard{1, 4}));
  EXPECT_EQ(found_in({{"CI_NODE_INDEX", "4"}, {"CI_NODE_TOTAL", "4"}})->shard, (Shard{4, 4}));
  EXPECT_THROW(found_in({{"CI_NODE_INDEX", "0"}, {"CI_NODE_TOTAL", "4"}}), UsageError);
  EXPECT_THROW(found_in({{"JOB_COMPLETION_INDEX", "0"}}), UsageError);
  EXPECT_THROW(found_in({{"JOB_COMPLETION_INDEX", "4"}, {"LEAKRIG_SHARDS", "4"}}), UsageError);
}

TEST(ShardFromEnvironment, IsNothingWithoutAJobArray) {
  EXPECT_FALSE(found_in({}));
  EXPECT_FALSE(found_in({{"CI_NODE_TOTAL", "1"}, {"SLURM_JOB_ID", "7"}, {"JOB_COMPLETION_INDEX", ""}}));
}

class ShardDirectory : public testing::Test {
 protected:
  void begin(const Shard& shard) {
    std::filesystem::create_directories(run_);
    std::ofstream(run_ / "scenario.json") << scenario_.document;
    std::ofstream(run_ / "samples.jsonl") << "{}\n";
    std::ofstream(run_ / "ledger.jsonl") << "{}\n";
    write_shard_mark(run_, {shard, keys_of(run_plan(scenario_)), false, {}, {}});
  }
  void finish(const Shard& shard) { write_shard_mark(run_, {shard, keys_of(run_plan(scenario_)), true, {}, {}}); }

  TemporaryDirectory directory_;
  std::filesystem::path run_ = directory_.path() / "run";
  ScenarioSpec scenario_ = replicated();
};

TEST_F(ShardDirectory, ATaskThatIsStartedAgainAfterItsEndHasNothingToDo) {
  EXPECT_FALSE(already_complete(run_, scenario_, {1, 2}));
  begin({1, 2});
  finish({1, 2});
  EXPECT_TRUE(already_complete(run_, scenario_, {1, 2}));
  EXPECT_THROW(already_complete(run_, scenario_, {2, 2}), UsageError);
}

TEST_F(ShardDirectory, AnUnfinishedOneIsMovedAside) {
  begin({1, 2});
  EXPECT_FALSE(already_complete(run_, scenario_, {1, 2}));
  EXPECT_FALSE(std::filesystem::exists(run_));
  EXPECT_TRUE(std::filesystem::exists(run_.string() + ".unfinished-1/samples.jsonl"));
}

TEST_F(ShardDirectory, WhatIsNoMarkIsNamed) {
  begin({1, 2});
  std::ofstream(run_ / "shard.json") << R"({"schema":"leakrig/shard/1","index":3,"of":2,"plan":[],"complete":false})";
  EXPECT_THROW(read_shard_mark(run_), Error);
}

}  // namespace
}  // namespace leakrig
