#include "harness/fake_docker/state/event_hub.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(EventHub, RemembersTheLast256) {
  EventHub hub;
  for (int i = 0; i < 300; ++i) {
    DockerEvent event;
    event.action = std::to_string(i);
    hub.publish(event, {});
  }
  EXPECT_EQ(hub.remembered().size(), 256U);
  EXPECT_EQ(hub.remembered().front().action, "44");
}

TEST(EventHub, SlowSubscriberLosesWhatDoesNotFit) {
  EventHub hub;
  int wakes = 0;
  EventHub::Subscription subscription(
      hub, [](const DockerEvent& event) { return event.action != "kill"; }, [&wakes] { ++wakes; });
  DockerEvent unwanted;
  unwanted.action = "kill";
  hub.publish(unwanted, {});
  EXPECT_EQ(wakes, 0);
  for (int i = 0; i < 2000; ++i) hub.publish({}, {});
  EXPECT_EQ(subscription.take(std::chrono::seconds{1}).size(), EventHub::kBuffered);
  EXPECT_TRUE(subscription.take(std::chrono::seconds{1}).empty());
}

TEST(EventHub, SubscriberThatMakesRoomWithinTheGraceLosesNothing) {
  EventHub hub;
  EventHub::Subscription subscription(
      hub, [](const DockerEvent&) { return true; }, [] {});
  for (std::size_t i = 0; i < EventHub::kBuffered + 10; ++i) hub.publish({}, {});
  EXPECT_EQ(subscription.take(EventHub::kGrace).size(), EventHub::kBuffered + 10);
}

}  // namespace
}  // namespace leakrig
