#include "harness/core/run_record.h"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/core/error.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

class RunRecordTest : public testing::Test {
 protected:
  void write(const char* name, const std::string& text) { std::ofstream(directory_.path() / name) << text; }

  TemporaryDirectory directory_;
};

TEST_F(RunRecordTest, ReadsBackSamplesLedgerAndOutcome) {
  Sample sample{"a", 2.5, 2, false, {{"threads", 7}}, {{"thread", {{"main", 1}}}}, {{"fds", 9}}};
  LedgerEntry entry{"a", "docker", LedgerEvent::request_closed, 3.5, 1, 2, 99, "GET /info", "", 200, 10,
                    0,   "done"};
  write(run_file::kScenario, R"({"name":"x"})");
  write(run_file::kSamples, to_json(sample).dump() + "\n");
  write(run_file::kLedger,
        run_event::run_begin({{"host", "h"}}, {"b", "a"}).dump() + "\n" +
            run_event::variant_begin("a", 99).dump() + "\n" + to_json(entry).dump() + "\n" +
            run_event::delivery("a", {60, {10, 9, 1, 2, 5, 8}}).dump() + "\n" +
            run_event::variant_end("a", Outcome::died, "signal 9", 1.5, Look{4, 20, 60, 3}).dump() + "\n");
  const RunRecord record = load_run_record(directory_.path());
  EXPECT_EQ(record.scenario.at("name"), "x");
  EXPECT_EQ(record.environment.at("host"), "h");
  ASSERT_EQ(record.variants.size(), 2U);
  EXPECT_EQ(record.variants[0].name, "b");
  EXPECT_EQ(record.variants[0].outcome, Outcome::unfinished);
  const VariantRecord& a = record.variants[1];
  EXPECT_EQ(a.outcome, Outcome::died);
  EXPECT_EQ(a.detail, "signal 9");
  ASSERT_TRUE(a.look);
  EXPECT_EQ(a.look->look, 4);
  EXPECT_EQ(a.look->looks, 20);
  EXPECT_EQ(a.look->first, 3);
  EXPECT_EQ(a.look->t_s, 60);
  EXPECT_EQ(a.subject_pid, 99);
  ASSERT_EQ(a.samples.size(), 1U);
  EXPECT_EQ(a.samples[0].values, sample.values);
  EXPECT_EQ(a.samples[0].groups, sample.groups);
  EXPECT_EQ(a.samples[0].rig, sample.rig);
  EXPECT_EQ(a.samples[0].due_s, 2);
  ASSERT_EQ(a.ledger.size(), 1U);
  EXPECT_EQ(to_json(a.ledger[0]), to_json(entry));
  ASSERT_EQ(a.deliveries.size(), 1U);
  EXPECT_EQ(a.deliveries[0].delivery.lines_lost, 1U);
}

TEST_F(RunRecordTest, LeavesOutALastLineCutShortByAKill) {
  write(run_file::kScenario, "{}");
  write(run_file::kSamples, "{\"variant\":\"a\",\"t_s\":1,\"threads\":3}\n{\"variant\":\"a\",\"t_");
  EXPECT_EQ(load_run_record(directory_.path()).variants.at(0).samples.size(), 1U);
}

TEST_F(RunRecordTest, NamesFileAndLineOfABrokenLineInTheMiddle) {
  write(run_file::kScenario, "{}");
  write(run_file::kSamples, "{\"variant\":\"a\",\"t_s\":1}\nnonsense\n{\"variant\":\"a\",\"t_s\":2}\n");
  try {
    load_run_record(directory_.path());
    FAIL() << "a broken record was read";
  } catch (const Error& e) {
    EXPECT_NE(std::string{e.what()}.find("samples.jsonl:2"), std::string::npos) << e.what();
  }
}

TEST_F(RunRecordTest, IsAUsageErrorWhereThereIsNone) {
  EXPECT_THROW(load_run_record(directory_.path()), UsageError);
}

TEST(LedgerEntry, TellsOfItsClientOnlyWhatThereIsToTell) {
  LedgerEntry entry;
  entry.variant = "a";
  entry.server = "docker";
  entry.event = LedgerEvent::request_opened;
  const auto bare = to_json(entry);
  for (const char* key : {"asks_to_close", "api", "user_agent", "peer_name"}) EXPECT_FALSE(bare.contains(key));
  entry.asks_to_close = true;
  entry.api = "1.41";
  entry.user_agent = "Docker-Client/24.0";
  entry.peer_name = "collector";
  const auto read = ledger_entry_from_json(to_json(entry));
  EXPECT_TRUE(read.asks_to_close);
  EXPECT_EQ(read.api, "1.41");
  EXPECT_EQ(read.user_agent, "Docker-Client/24.0");
  EXPECT_EQ(read.peer_name, "collector");
}

}  // namespace
}  // namespace leakrig
