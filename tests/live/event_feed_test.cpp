#include "harness/live/event_feed.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

constexpr Nanos kAtOnce{0};

TEST(EventFeed, GivesANewReaderThePageAndWhatCameAfterIt) {
  EventFeed feed;
  feed.publish("samples", "[0]");
  feed.publish_page({{"n", 1}});
  feed.publish("samples", "[1]");
  EventFeed::Cursor cursor;
  EXPECT_EQ(feed.next(cursor, kAtOnce), "event: page\ndata: {\"n\":1}\n\nevent: samples\ndata: [1]\n\n");
  feed.publish("samples", "[2]");
  EXPECT_EQ(feed.next(cursor, kAtOnce), "event: samples\ndata: [2]\n\n");
}

TEST(EventFeed, SaysThatItIsStillThere) {
  EventFeed feed;
  EventFeed::Cursor cursor;
  EXPECT_EQ(feed.next(cursor, kAtOnce), ": still here\n\n");
}

TEST(EventFeed, EndsOnceAndTellsEveryReader) {
  EventFeed feed;
  EventFeed::Cursor cursor;
  EventFeed::Cursor late;
  feed.publish_page({{"n", 1}});
  feed.next(cursor, kAtOnce);
  feed.end();
  EXPECT_EQ(feed.next(cursor, kAtOnce), "event: end\ndata: {}\n\n");
  EXPECT_EQ(feed.next(cursor, kAtOnce), std::nullopt);
  EXPECT_EQ(feed.next(late, kAtOnce), "event: page\ndata: {\"n\":1}\n\nevent: end\ndata: {}\n\n");
}

TEST(EventFeed, KeepsNothingForAReaderThatIsBehind) {
  EventFeed feed;
  feed.publish_page({{"n", 1}});
  EventFeed::Cursor cursor;
  feed.next(cursor, kAtOnce);
  for (std::size_t i = 0; i < 3 * EventFeed::kMostEvents; ++i) feed.publish("samples", "[]");
  const auto text = feed.next(cursor, kAtOnce);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->size(), EventFeed::kMostEvents * std::string{"event: samples\ndata: []\n\n"}.size());
  feed.publish("samples", "[9]");
  feed.publish_page({{"n", 2}});
  EXPECT_EQ(feed.next(cursor, kAtOnce), "event: page\ndata: {\"n\":2}\n\n");
}

TEST(EventFeed, PutsEveryPageOnOneLine) {
  EventFeed feed;
  feed.publish_page({{"name", "a\n\ndata: b\xff"}});
  EventFeed::Cursor cursor;
  EXPECT_EQ(feed.next(cursor, kAtOnce), "event: page\ndata: {\"name\":\"a\\n\\ndata: b\\ufffd\"}\n\n");
}

}  // namespace
}  // namespace leakrig
