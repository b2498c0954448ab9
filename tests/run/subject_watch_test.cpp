#include "harness/run/subject_watch.h"

#include <gtest/gtest.h>

#include <vector>

namespace leakrig {
namespace {

class Collected final : public LedgerSink {
 public:
  void record(const LedgerEntry& entry) override { entries.push_back(entry); }
  std::vector<LedgerEntry> entries;
};

LedgerEntry entry_of(LedgerEvent event, double t_s, std::uint64_t request, const std::string& endpoint,
                     const std::string& container = "", int status = 0) {
  LedgerEntry entry;
  entry.server = "docker";
  entry.event = event;
  entry.t_s = t_s;
  entry.request = request;
  entry.endpoint = endpoint;
  entry.container = container;
  entry.status = status;
  return entry;
}

constexpr const char* kLogs = "GET /containers/{id}/logs?follow=1";
constexpr const char* kList = "GET /containers/json";

TEST(SubjectWatch, PassesOnWhatItSees) {
  Collected next;
  SubjectWatch watch{next};
  watch.record(entry_of(LedgerEvent::request_opened, 1, 1, kList));
  EXPECT_EQ(next.entries.size(), 1U);
  EXPECT_EQ(watch.requests(), 1U);
}

TEST(SubjectWatch, AContainerIsFollowedAsLongAsOneOfItsStreamsIsOpen) {
  Collected next;
  SubjectWatch watch{next};
  watch.record(entry_of(LedgerEvent::request_opened, 1, 1, kLogs, "web"));
  watch.record(entry_of(LedgerEvent::request_opened, 2, 2, kLogs, "web"));
  watch.record(entry_of(LedgerEvent::request_closed, 3, 1, kLogs, "web", 200));
  EXPECT_EQ(watch.footing().followed, (std::set<std::string>{"web"}));
  watch.record(entry_of(LedgerEvent::request_closed, 4, 2, kLogs, "web", 200));
  EXPECT_TRUE(watch.footing().followed.empty());
}

TEST(SubjectWatch, AListThatWasAskedForBeforeDoesNotTellWhatCameAfter) {
  Collected next;
  SubjectWatch watch{next};
  watch.record(entry_of(LedgerEvent::request_opened, 1, 1, kList));
  watch.record(entry_of(LedgerEvent::request_closed, 3, 1, kList, "", 200));
  EXPECT_FALSE(watch.has_listed_since(2));
  watch.record(entry_of(LedgerEvent::request_opened, 4, 2, kList));
  EXPECT_FALSE(watch.has_listed_since(2));
  watch.record(entry_of(LedgerEvent::request_closed, 5, 2, kList, "", 200));
  EXPECT_TRUE(watch.has_listed_since(2));
}

TEST(SubjectWatch, AnErrorIsNoAnswer) {
  Collected next;
  SubjectWatch watch{next};
  watch.record(entry_of(LedgerEvent::request_opened, 1, 1, "GET /info"));
  watch.record(entry_of(LedgerEvent::request_closed, 2, 1, "GET /info", "", 500));
  EXPECT_FALSE(watch.was_answered_since(0));
}

TEST(SubjectWatch, TheLongestPauseHasBothEnds) {
  Collected next;
  SubjectWatch watch{next};
  for (const double t : {10.0, 11.0, 12.0}) watch.record(entry_of(LedgerEvent::request_opened, t, 1, "GET /info"));
  EXPECT_DOUBLE_EQ(watch.longest_pause(4, 13), 6);
  EXPECT_DOUBLE_EQ(watch.longest_pause(9, 20), 8);
  EXPECT_EQ(watch.requests_between(10.5, 20), 2U);
}

}  // namespace
}  // namespace leakrig
