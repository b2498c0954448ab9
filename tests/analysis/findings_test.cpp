#include "harness/analysis/analyze.h"
#include "harness/analysis/findings.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "harness/core/run_record.h"
#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

template <typename Kind>
std::vector<Kind> all(const Analysis& analysis) {
  std::vector<Kind> found;
  for (const auto& finding : findings_of(analysis)) {
    if (const auto* kind = std::get_if<Kind>(&finding)) found.push_back(*kind);
  }
  return found;
}

RunRecord record_of(VariantRecord variant) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {std::move(variant)};
  return record;
}

/// A metric that grows by `per_min` from 40.
void grow(VariantRecord& variant, const char* metric, double per_min) {
  for (auto& sample : variant.samples)
    sample.values[metric] = 40 + std::floor(per_min * (sample.t_s + 60) / 60 + 1e-9);
}

TEST(Findings, OfOneCauseAreOne) {
  VariantRecord variant = VariantBuilder("a").threads(100, 32).build();  // sockets at half that rate
  grow(variant, "fds", 16);
  const auto leaks = all<finding::Leak>(analyze(record_of(variant)));
  ASSERT_EQ(leaks.size(), 1U);
  EXPECT_EQ(leaks[0].lead.metric, "threads");
  ASSERT_EQ(leaks[0].in_step.size(), 2U);
  EXPECT_EQ(leaks[0].in_step[0].metric, "sockets");
  EXPECT_EQ(leaks[0].in_step[1].metric, "fds");
}

TEST(Findings, OfTwoCausesAreTwo) {
  VariantRecord variant = VariantBuilder("a").threads(100, 32).build();
  grow(variant, "queue", 25);  // neither a part nor a multiple of 32 or 16
  const auto leaks = all<finding::Leak>(analyze(record_of(variant)));
  ASSERT_EQ(leaks.size(), 2U);
  EXPECT_EQ(leaks[1].lead.metric, "queue");
}

TEST(Findings, SayWhichRequestsStayOpenInStep) {
  const auto leaks = all<finding::Leak>(task3_analysis());
  ASSERT_EQ(leaks.size(), 2U);
  ASSERT_TRUE(leaks[0].requests);
  EXPECT_EQ(leaks[0].requests->request, VariantBuilder::kFollow);
  EXPECT_EQ(leaks[0].requests->groups, std::vector<std::string>{"readLoop"});
  EXPECT_TRUE(leaks[0].expected);
}

TEST(Findings, OfMemoryThatGrowsUnjudgedStandByThemselvesWhereNothingLeaks) {
  VariantRecord variant = VariantBuilder("a").threads(100, 0).build();
  for (auto& sample : variant.samples) sample.values["rss_bytes"] = 4e7 + 2e7 * (sample.t_s + 60) / 60;
  const auto grew = all<finding::GrewUnjudged>(analyze(record_of(variant)));
  ASSERT_EQ(grew.size(), 1U);
  EXPECT_EQ(grew[0].metrics[0].metric, "rss_bytes");

  VariantRecord leaking = VariantBuilder("a").threads(100, 32).build();
  for (auto& sample : leaking.samples) sample.values["rss_bytes"] = 4e7 + 2e7 * (sample.t_s + 60) / 60;
  const Analysis analysis = analyze(record_of(leaking));
  EXPECT_TRUE(all<finding::GrewUnjudged>(analysis).empty()) << "it belongs to what leaks";
  EXPECT_EQ(all<finding::Leak>(analysis)[0].in_step.back().metric, "rss_bytes");
}

TEST(Findings, OfARigThatTurnedConnectionsAwayFailTheRun) {
  VariantRecord variant = VariantBuilder("a").threads(100, 0).build();
  for (auto& sample : variant.samples) {
    if (sample.t_s >= 60) sample.values["docker_refused"] = std::floor(sample.t_s / 60);
  }
  const Analysis analysis = analyze(record_of(variant));
  const auto faults = all<finding::RigFault>(analysis);
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].amount, 5);
  EXPECT_TRUE(faults[0].touches_result);
  EXPECT_EQ(analysis.exit_code, ExitCode::failed);
  EXPECT_EQ(analyze(record_of(VariantBuilder("a").threads(100, 0).build())).exit_code, ExitCode::ok);
}

TEST(Findings, OfMissedReadingsAreToldAndFailTheRunWhereFewAreLeft) {
  const auto missing_every = [](int nth, bool all_but) {
    VariantRecord variant = VariantBuilder("a").threads(100, 0).build();
    int i = 0;
    for (auto& sample : variant.samples) {
      if ((i++ % nth == 0) == all_but) continue;
      sample.missed = true;
      sample.values.clear();
    }
    return analyze(record_of(variant));
  };
  const auto told = all<finding::RigFault>(missing_every(3, false));  // a third
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].touches_result);
  const Analysis hardly_read = missing_every(12, true);  // eleven of twelve
  ASSERT_EQ(all<finding::RigFault>(hardly_read).size(), 1U);
  EXPECT_TRUE(all<finding::RigFault>(hardly_read)[0].touches_result);
  EXPECT_EQ(hardly_read.exit_code, ExitCode::failed);
}

TEST(Findings, OfATreeSayWhichProcessesHoldWhatGrew) {
  VariantRecord variant = VariantBuilder("a").threads(100, 32).build();
  for (auto& sample : variant.samples) {
    if (sample.groups.empty()) continue;
    const double grown = std::max(0.0, sample.t_s / 60);
    sample.groups["process"] = {{"nginx", 3}};
    sample.groups["member_threads"] = {{"nginx 7", 30}, {"nginx 8", 35 + 30 * grown}, {"nginx 9", 35 + 2 * grown}};
  }
  const auto trees = all<finding::Tree>(analyze(record_of(variant)));
  ASSERT_EQ(trees.size(), 1U);
  EXPECT_EQ(trees[0].processes.at("nginx"), 3);
  EXPECT_EQ(trees[0].metric, "threads");
  ASSERT_EQ(trees[0].grown.size(), 2U);
  EXPECT_EQ(trees[0].grown[0].member, "nginx 8");
  EXPECT_EQ(trees[0].grown[0].final - trees[0].grown[0].start, 150);
  EXPECT_EQ(trees[0].grown[1].member, "nginx 9");
}

TEST(Findings, OfAServerThatWasNeverAskedNeedThatTheSubjectWasToldOfIt) {
  RunRecord record = record_of(VariantBuilder("a").threads(100, 0).build());
  EXPECT_TRUE(all<finding::NeverReached>(analyze(record)).empty());
  record.scenario["subject"] = {{"command", {"./x", "--docker", "{docker_host}"}}};
  const auto never = all<finding::NeverReached>(analyze(record));
  ASSERT_EQ(never.size(), 1U);
  EXPECT_TRUE(never[0].docker);
  record.variants[0] = VariantBuilder("a").threads(100, 0).streams(10, 5).build();
  EXPECT_TRUE(all<finding::NeverReached>(analyze(record)).empty()) << "it did ask";
}

RunRecord two_fleets(const char* patch) {
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name":"s","baseline":"c8","variants":{"c8":{},"c2":)" +
                                          std::string{patch} + "}}");
  record.variants = {VariantBuilder("c8").threads(100, 32).delivered(4800, 0).build(),
                     VariantBuilder("c2").threads(40, 0).delivered(1200, 0).build()};
  return record;
}

TEST(Findings, OfASmallerFleetAreNoOptionToTake) {
  const auto smaller =
      all<finding::BetterThanReference>(analyze(two_fleets(R"({"fleet":{"containers":2}})")));
  ASSERT_EQ(smaller.size(), 1U);
  EXPECT_FALSE(smaller[0].same_load);
  const auto option = all<finding::BetterThanReference>(
      analyze(two_fleets(R"({"subject":{"collector":{"docker":{"pool":1}}}})")));
  ASSERT_EQ(option.size(), 1U);
  EXPECT_TRUE(option[0].same_load);
  EXPECT_TRUE(option[0].prices.empty());
}

TEST(Findings, OfABetterVariantSayItsPrice) {
  RunRecord record = two_fleets(R"({"subject":{"collector":{"docker":{"pool":1}}}})");
  for (std::uint64_t i = 1; i <= 100; ++i) {
    record.variants[1].ledger.push_back({"c2", "docker", LedgerEvent::connection_opened,
                                         static_cast<double>(i), i, 0, 7, "", "", 0, 0, 0, ""});
  }
  const auto better = all<finding::BetterThanReference>(analyze(record));
  ASSERT_EQ(better.size(), 1U);
  ASSERT_EQ(better[0].prices.size(), 1U);
  EXPECT_EQ(better[0].prices[0].cost, "connections_per_min");
  EXPECT_NEAR(better[0].prices[0].variant, 20, 0.1);
}

TEST(Findings, OfNoSampleAreOne) {
  VariantRecord variant;
  variant.name = "a";
  variant.outcome = Outcome::never_ready;
  EXPECT_EQ(all<finding::NothingSampled>(analyze(record_of(variant))).size(), 1U);
}

/// Groups are read a moment after their metric: "64 of 62 new threads" was said.
TEST(Findings, OfWhatGrowsNoMoreIsNamedThanThereIs) {
  VariantRecord variant = VariantBuilder("a").threads(100, 15).build();
  for (auto& sample : variant.samples) {
    if (sample.groups.empty()) continue;
    sample.groups["thread"] = {{"ticker", 10 + (sample.t_s + 60) / 60 * 16}};
  }
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {variant};
  const auto leaks = leaks_of(analyze(record).variants.at(0));
  ASSERT_EQ(leaks.size(), 1U);
  EXPECT_EQ(leaks[0].lead.grown(), 75);
  EXPECT_EQ(leaks[0].groups.at(0).growth, 80);
  EXPECT_EQ(leaks[0].whole, 80);
}

}  // namespace
}  // namespace leakrig
