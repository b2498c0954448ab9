#include "harness/report/words.h"

#include <gtest/gtest.h>

#include "harness/report/format.h"
#include "harness/report/sentences.h"

namespace leakrig {
namespace {

finding::Growing growing_of(const char* metric, double start, double final) {
  finding::Growing growing;
  growing.metric = metric;
  growing.quantity = metric_info(metric).quantity;
  growing.start = start;
  growing.final = final;
  growing.rate_per_min = 32;
  growing.low = 31.1;
  growing.high = 33;
  growing.level = 0.95;
  growing.tolerance_per_min = 2;
  growing.p_within_tolerance = 0;
  return growing;
}

TEST(Words, OfAGrowthAreItsNumberItsIntervalAndItsChance) {
  const auto growth = growing_of("goroutines", 10, 129);
  EXPECT_EQ(words::grown(growth), "119 goroutines");
  EXPECT_EQ(estimate_text(growth), "32.0/min (95 % 31.1 to 33.0)");
  EXPECT_EQ(words::chance(growth), "chance that it is within 2/min: < 0.1 %");
}

TEST(Words, OfBytesSayTheirToleranceInBytes) {
  auto growth = growing_of("rss_bytes", 0, 8.1 * (1 << 20));
  growth.tolerance_per_min = 1 << 20;
  EXPECT_EQ(words::tolerance(growth), "1 MiB/min");
  EXPECT_EQ(words::grown(growth), "8.1 MiB of resident memory");
}

TEST(Words, OfChancesStayWithinWhatCanBeKnown) {
  EXPECT_EQ(chance_text(0), "< 0.1 %");
  EXPECT_EQ(chance_text(0.032), "3.2 %");
  EXPECT_EQ(chance_text(0.54), "54 %");
  EXPECT_EQ(chance_text(0.954), "95.4 %");
  EXPECT_EQ(chance_text(1), "> 99.9 %");
}

TEST(Words, NameTheOneGroupThatHoldsNearlyAllElseEach) {
  finding::Leak leak;
  leak.lead = growing_of("goroutines", 0, 100);
  leak.whole = 100;
  leak.groups = {{"goroutine", "main.wait (main.go:9)", "main.wait", "/src/app/main.go", 9, 97}};
  EXPECT_EQ(words::whose(leak), "all in `main.wait (main.go:9)`");
  leak.groups = {{"thread", "readLoop", "", "", 0, 50}, {"thread", "writeLoop", "", "", 0, 50}};
  EXPECT_EQ(words::whose(leak), "50 `readLoop`, 50 `writeLoop`");
  leak.groups.clear();
  EXPECT_EQ(words::whose(leak), "");
}

TEST(Words, SayHowLongGoroutinesAreBlockedAndWhatGoProves) {
  finding::Leak leak;
  leak.lead = growing_of("goroutines", 0, 100);
  leak.whole = 100;
  leak.groups = {{"goroutine", "main.read (m.go:12)", "main.read", "/src/m.go", 12, 60, 4, 2},
                 {"goroutine", "main.wait (m.go:9)", "main.wait", "/src/m.go", 9, 40, 0, 0}};
  EXPECT_EQ(
      words::blocked(leak),
      "of those in `main.read (m.go:12)` the longest is blocked for 4 minutes and 2 are proven by Go's leak "
      "profile to be blocked for ever");
  EXPECT_EQ(words::blocked(4, 2), "4 minutes, 2 for ever, as Go proves");
  leak.groups.front().waited_min = leak.groups.front().proven_blocked = 0;
  EXPECT_EQ(words::blocked(leak), "");
}

TEST(Words, OfAnOptionChangedInSeveralPlacesAreOnePhrase) {
  EXPECT_EQ(changes_phrase({{"/subject/collector/docker/transport/x", "0", "50"},
                            {"/subject/collector/loki/transport/x", "0", "50"}}),
            "`x` 0 → 50 (docker, loki)");
  EXPECT_EQ(changes_phrase({{"/sampling/duration", "\"5m\"", "\"20m\""}}),
            "`duration` \"5m\" → \"20m\" (sampling)");
}

TEST(Words, CountOneAsOne) {
  finding::Growing one = growing_of("threads", 0, 1);
  EXPECT_EQ(words::amount_of(one, 1), "1 thread");
  EXPECT_EQ(words::amount_of(one, 0), "0 threads");
  EXPECT_EQ(words::new_ones("fds", 1), "1 new file descriptor");
  EXPECT_EQ(words::new_ones("fds", 64), "64 new file descriptors");
  EXPECT_EQ(counted(1, "child process", "child processes"), "1 child process");
  EXPECT_EQ(counted(1200, "request"), "1,200 requests");
  Delivery delivery;
  delivery.lines_written = 100;
  delivery.lines_lost = 1;
  delivery.lines_delivered = 99;
  EXPECT_EQ(words::delivery(delivery), "1 of 100 log lines was lost (1.0 %)");
  finding::Leak leak;
  leak.lead = one;
  leak.whole = 1;
  leak.groups = {{"fd", "/x", "", "", 0, 1}};
  EXPECT_EQ(words::where_to_look(leak), "Find what opens `/x` and does not end it: 1 of 1 new thread is of that name.");
}

TEST(Words, SpeakOfAContainerOnlyWhereARequestIsOfOne) {
  EXPECT_EQ(words::newer_one("GET /containers/{id}/logs?follow=1"), "a newer one of the same container");
  EXPECT_EQ(words::newer_one("GET /events"), "a newer one");
}

TEST(Words, TellALengthOfARunInWhatItIsCountedIn) {
  finding::Growing growth = growing_of("threads", 0, 1);
  EXPECT_EQ(words::would_decide(growth, 11.2), "a run of about 12 minutes would likely decide");
  growth.per = "requests";
  EXPECT_EQ(words::would_decide(growth, 11.2), "a run of about 12,000 requests would likely decide");
}

TEST(PlainText, TakesMarksAwayAndNothingElse) {
  EXPECT_EQ(plain_text("`a*b`: **leak**, net/http.(\\*persistConn)"), "a*b: leak, net/http.(*persistConn)");
}

}  // namespace
}  // namespace leakrig
