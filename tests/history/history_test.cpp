#include "harness/history/history.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness/core/error.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

using nlohmann::json;

json result_of(double rate, const std::string& scenario = "s") {
  json result =
      json::parse(R"({"schema":"leakrig/result/1","passed":true,"exit_code":0,"environment":{"kernel":"k"},
    "variants":[{"name":"a","metrics":{
      "threads":{"unit":"threads","judged":true,"rate_per_min":0,"ci":[0,0],"standard_error":0.2,"tolerance_per_min":2,"verdict":"stable"},
      "rss_bytes":{"unit":"bytes","judged":false,"rate_per_min":5,"ci":[4,6],"verdict":"stable"}}}]})");
  result["scenario"] = scenario;
  result["variants"][0]["metrics"]["threads"]["rate_per_min"] = rate;
  result["variants"][0]["metrics"]["threads"]["ci"] = {rate - 1, rate + 1};
  return result;
}

SourceState commit(const std::string& id, std::int64_t time, const std::string& branch = "main") {
  return {id, time, branch, false};
}

class HistoryFile : public testing::Test {
 protected:
  std::filesystem::path file() const { return directory_.path() / "history.db"; }
  std::vector<double> rates(const std::string& branch = "") const {
    std::vector<double> out;
    for (const auto& point : History(file()).points("s", {"a", "threads", true}, branch))
      out.push_back(point.rate_per_min);
    return out;
  }

 private:
  TemporaryDirectory directory_;
};

TEST_F(HistoryFile, GivesBackWhatWasRecorded) {
  History history(file());
  const json result = result_of(32);
  const auto run = history.record(result, {"abc", 100, "main", true});
  EXPECT_EQ(history.result(run), result);
  EXPECT_EQ(history.result(run + 1), std::nullopt);
  const auto series = history.series("s");
  ASSERT_EQ(series.size(), 2U);
  EXPECT_EQ(series[0].metric, "threads") << "what is judged comes first";
  const auto points = history.points("s", series[0], "");
  ASSERT_EQ(points.size(), 1U);
  EXPECT_EQ(points[0].source.commit, "abc");
  EXPECT_EQ(points[0].source.commit_time, 100);
  EXPECT_TRUE(points[0].source.dirty);
  EXPECT_EQ(points[0].ci_low, 31);
  EXPECT_EQ(points[0].standard_error, 0.2);
  EXPECT_EQ(history.scenarios()[0].results, 1);
}

TEST_F(HistoryFile, OrdersByCommitAndChoosesBranches) {
  History history(file());
  history.record(result_of(3), commit("c", 300));
  history.record(result_of(1), commit("a", 100));
  history.record(result_of(2), commit("b", 200, "fix"));
  history.record(result_of(9, "other"), commit("a", 100));
  EXPECT_EQ(rates(), (std::vector<double>{1, 2, 3}));
  EXPECT_EQ(rates("fix"), (std::vector<double>{2}));
  EXPECT_EQ(history.scenarios().size(), 2U);
}

TEST_F(HistoryFile, TakesHostileNamesAsTheyAre) {
  json result = result_of(1, "s'; DROP TABLE results;--");
  result["variants"][0]["name"] = "<script>\"'\xff";
  History history(file());
  history.record(result, {"c'\"", std::nullopt, "b;--", false});
  EXPECT_EQ(history.series("s'; DROP TABLE results;--")[0].variant, "<script>\"'\xff");
}

TEST_F(HistoryFile, AllOfManyWritersAreThere) {
  constexpr int kWriters = 8;
  constexpr int kEach = 10;
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < kWriters; ++w) {
      writers.emplace_back([&, w] {
        for (int i = 0; i < kEach; ++i) History(file()).record(result_of(w), commit("c", i));
      });
    }
  }
  EXPECT_EQ(rates().size(), std::size_t{kWriters * kEach});
}

/// As schema 1 was: literally, since that is what files out there have.
void make_first_schema(const std::filesystem::path& file) {
  SQLite::Database old(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  old.exec(
      R"(CREATE TABLE results(id INTEGER PRIMARY KEY, recorded_at TEXT NOT NULL, scenario TEXT NOT NULL, commit_id TEXT NOT NULL,
      branch TEXT NOT NULL, environment TEXT NOT NULL, passed INTEGER NOT NULL, exit_code INTEGER NOT NULL, result TEXT NOT NULL);
    CREATE TABLE measurements(run INTEGER NOT NULL REFERENCES results(id), variant TEXT NOT NULL, metric TEXT NOT NULL,
      unit TEXT NOT NULL, judged INTEGER NOT NULL, rate_per_min REAL NOT NULL, ci_low REAL NOT NULL, ci_high REAL NOT NULL,
      tolerance_per_min REAL NOT NULL, verdict TEXT NOT NULL, PRIMARY KEY(run, variant, metric));
    CREATE INDEX results_by_scenario ON results(scenario, recorded_at);
    INSERT INTO results VALUES(7, '2025-01-01T00:00:00Z', 's', 'old', 'main', '{}', 1, 0, '{"schema":"leakrig/result/1"}');
    INSERT INTO measurements VALUES(7, 'a', 'threads', 'threads', 1, 16, 15, 17, 2, 'leak');
    PRAGMA application_id = 0x6c6b7267; PRAGMA user_version = 1;)");
}

TEST_F(HistoryFile, AnOlderSchemaIsBroughtUpToDateAndLosesNothing) {
  make_first_schema(file());
  History(file()).record(result_of(32), commit("new", 1'800'000'000));
  EXPECT_EQ(rates(), (std::vector<double>{16, 32}));
  const auto old = History(file()).points("s", {"a", "threads", true}, "")[0];
  EXPECT_EQ(old.source.commit, "old");
  EXPECT_EQ(old.source.commit_time, std::nullopt);
  EXPECT_EQ(old.verdict, "leak");
  EXPECT_EQ(History(file()).result(7), json::parse(R"({"schema":"leakrig/result/1"})"));
}

TEST_F(HistoryFile, ManyMayBringAnOlderSchemaUpToDateAtOnce) {
  make_first_schema(file());
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 6; ++w)
      writers.emplace_back([&] { History(file()).record(result_of(1), commit("c", 1'800'000'000)); });
  }
  EXPECT_EQ(rates().size(), 7U);
}

TEST_F(HistoryFile, ANewerSchemaIsLeftAlone) {
  { History history(file()); }
  { SQLite::Database(file().string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99"); }
  EXPECT_THROW(History{file()}, UsageError);
  SQLite::Database database(file().string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), 99);
}

TEST_F(HistoryFile, SomebodyElsesFileIsLeftAlone) {
  {
    SQLite::Database(file().string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
        .exec("CREATE TABLE theirs(x)");
  }
  EXPECT_THROW(History{file()}, UsageError);
  std::ofstream(file(), std::ios::trunc) << std::string(5000, 'x');
  EXPECT_THROW(History{file()}, Error);
  EXPECT_THROW(History{"/no/such/folder/history.db"}, Error);
}

TEST_F(HistoryFile, WhatIsNoResultIsNotRecorded) {
  History history(file());
  EXPECT_THROW(history.record(json::array(), {}), UsageError);
  json half = result_of(1);
  half["variants"][0]["metrics"]["threads"].erase("ci");
  EXPECT_THROW(history.record(half, {}), UsageError);
  EXPECT_TRUE(history.scenarios().empty()) << "half of it stayed";
}

}  // namespace
}  // namespace leakrig
