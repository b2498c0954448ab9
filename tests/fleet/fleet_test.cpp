#include "harness/fleet/fleet.h"

#include <gtest/gtest.h>

#include <set>

#include "harness/core/log_marker.h"
#include "harness/fleet/log_text.h"

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

FleetConfig churning(std::size_t containers) {
  FleetConfig config;
  config.containers = containers;
  config.churn = ChurnConfig{minutes{10}, seconds{5}};
  return config;
}

TEST(Fleet, NamesAndIdsAreUnique) {
  FleetConfig config;
  config.containers = 1000;
  const Fleet fleet(config);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < fleet.size(); ++i) {
    seen.insert(fleet.at(i).identity.name);
    seen.insert(fleet.at(i).identity.id);
    EXPECT_EQ(fleet.at(i).identity.id.size(), 64U);
  }
  EXPECT_EQ(seen.size(), 2000U);
  EXPECT_EQ(fleet.at(0).identity.name, "web-1");
}

TEST(Fleet, SameSeedLivesTheSameLifeHoweverItIsStepped) {
  Fleet stepped(churning(50));
  Fleet leapt(churning(50));
  std::vector<LifecycleEvent> by_steps;
  for (int second = 0; second <= 3600; second += 7) {
    for (const auto& event : stepped.advance(seconds{second})) by_steps.push_back(event);
  }
  const auto at_once = leapt.advance(seconds{3600 - 3600 % 7});
  ASSERT_EQ(by_steps.size(), at_once.size());
  ASSERT_GT(at_once.size(), 100U);
  for (std::size_t i = 0; i < at_once.size(); ++i) {
    EXPECT_EQ(by_steps[i].at, at_once[i].at);
    EXPECT_EQ(by_steps[i].container, at_once[i].container);
    EXPECT_EQ(by_steps[i].action, at_once[i].action);
    if (i > 0) {
      EXPECT_LE(at_once[i - 1].at, at_once[i].at);
    }
  }
  EXPECT_EQ(stepped.running(), leapt.running());
}

TEST(Fleet, LifetimesAverageToTheMean) {
  Fleet fleet(churning(1000));
  std::size_t deaths = 0;
  for (int minute = 1; minute <= 100; ++minute) {
    for (const auto& event : fleet.advance(minutes{minute})) deaths += event.action == "die" ? 1 : 0;
  }
  // 1000 containers, 100 minutes, a life and a pause of 605 seconds: 9917, standard deviation about 100.
  EXPECT_NEAR(static_cast<double>(deaths), 9917, 500);
}

TEST(Fleet, WhatIsTooMuchAtOnceIsLeftForTheNextCalls) {
  Fleet fleet(churning(20'000));
  const auto now = minutes{100};
  const auto first = fleet.advance(now);
  EXPECT_GT(first.size(), 1'000U);
  EXPECT_LT(first.size(), 10'000U);
  ASSERT_TRUE(fleet.next_change());
  EXPECT_LE(*fleet.next_change(), now);
  Nanos last{0};
  for (int calls = 0; fleet.next_change() && *fleet.next_change() <= now; ++calls) {
    ASSERT_LT(calls, 1'000);
    for (const auto& event : fleet.advance(now)) {
      EXPECT_GE(event.at, last);
      last = event.at;
    }
  }
  EXPECT_EQ(last, now) << "what was late happens when it is done";
}

TEST(Fleet, BusyContainersTakeTurnsAndDoNotCatchUp) {
  Fleet fleet(churning(1));
  ContainerSpec spec;
  spec.image = "alpine";
  spec.command = {"sh", "-c", "while :; do :; done"};
  for (int i = 0; i < 20; ++i) {
    const auto made = fleet.create(spec, {});
    fleet.start(made.events.front().container, {});
  }
  // An hour of turns of ten milliseconds each would be 7,200,000: the calls are as many as it takes to get level.
  int calls = 0;
  const auto now = minutes{60};
  for (; fleet.next_change() && *fleet.next_change() <= now; ++calls) {
    ASSERT_LT(calls, 100);
    fleet.advance(now);
  }
  EXPECT_GT(calls, 1);
}

TEST(Fleet, RestartIsCountedAndSequenceNumbersRunOn) {
  Fleet fleet(churning(1));
  const auto events = fleet.advance(minutes{600});
  std::size_t starts = 0;
  for (const auto& event : events) starts += event.action == "start" ? 1 : 0;
  EXPECT_EQ(fleet.at(0).restart_count, starts);
  const auto half = fleet.written(0, Nanos{-1}, minutes{300});
  const auto rest = fleet.written(0, minutes{300}, minutes{600});
  EXPECT_EQ(half.end, rest.first);
}

TEST(Fleet, StopEndsTheLinesAndStartContinuesThem) {
  FleetConfig config;
  config.containers = 1;
  config.logs.lines_per_s = 1;
  Fleet fleet(config);
  const auto stopped = fleet.stop(0, seconds{10}, 15);
  ASSERT_EQ(stopped.events.size(), 3U);
  EXPECT_EQ(stopped.events[1].action, "die");
  EXPECT_EQ(fleet.at(0).exit_code, 143);
  EXPECT_EQ(fleet.running(), 0U);
  EXPECT_EQ(fleet.stop(0, seconds{11}, 15).outcome, ActionOutcome::already_so);
  EXPECT_EQ(fleet.kill(0, seconds{11}, 9).outcome, ActionOutcome::not_running);
  EXPECT_EQ(fleet.written(0, Nanos{0}, seconds{60}).end, 10U);
  EXPECT_EQ(fleet.start(0, seconds{60}).outcome, ActionOutcome::done);
  EXPECT_EQ(fleet.start(0, seconds{60}).outcome, ActionOutcome::already_so);
  EXPECT_EQ(fleet.written(0, seconds{60}, seconds{65}).first, 10U);
  EXPECT_EQ(fleet.written(0, seconds{60}, seconds{65}).end, 15U);
}

TEST(Fleet, HarmlessSignalLeavesTheContainerRunning) {
  FleetConfig config;
  Fleet fleet(config);
  EXPECT_EQ(fleet.kill(0, seconds{1}, 28).events.size(), 1U);
  EXPECT_TRUE(fleet.at(0).is_running());
}

TEST(Fleet, StoppedByHandStaysStopped) {
  Fleet fleet(churning(1));
  fleet.stop(0, seconds{1}, 15);
  EXPECT_TRUE(fleet.advance(minutes{1000}).empty());
}

TEST(Fleet, HistoryIsWrittenBeforeTheBeginning) {
  FleetConfig config;
  config.logs.history = 25;
  const Fleet fleet(config);
  EXPECT_EQ(fleet.at(0).timeline.written_until(Nanos{-1}), 25U);
  EXPECT_EQ(fleet.written(0, Nanos{0}, seconds{10}).first, 25U);
  EXPECT_EQ(fleet.written(0, Nanos{0}, seconds{10}).end, 45U);
}

TEST(Fleet, FindsByIdNameAndUniquePrefix) {
  FleetConfig config;
  config.containers = 64;
  const Fleet fleet(config);
  const auto& id = fleet.at(7).identity.id;
  EXPECT_EQ(fleet.find(id).index, 7U);
  EXPECT_EQ(fleet.find(id.substr(0, 12)).index, 7U);
  EXPECT_EQ(fleet.find("web-1").index, 0U);
  EXPECT_EQ(fleet.find("/web-1").index, 0U);
  EXPECT_FALSE(fleet.find("web").index.has_value());
  EXPECT_FALSE(fleet.find("").index.has_value());
  // 64 ids over 16 first digits: some digit has several.
  bool ambiguous = false;
  for (const char c : std::string{"0123456789abcdef"}) ambiguous |= fleet.find(std::string(1, c)).ambiguous;
  EXPECT_TRUE(ambiguous);
}

TEST(LogText, BeginsWithItsMarkerAndHasItsLength) {
  std::string line;
  append_log_line(line, "web-1", 42, Nanos{1764018790123456789}, 300);
  EXPECT_EQ(line.size(), 299U);
  const auto marker = find_log_marker(line);
  ASSERT_TRUE(marker.has_value());
  EXPECT_EQ(marker->sequence, 42U);
  EXPECT_EQ(marker->due_epoch, Nanos{1764018790123456789});
}

TEST(Fleet, StopTakesBackTheRestartOfOneThatDied) {
  FleetConfig config;
  config.containers = 1;
  config.churn = ChurnConfig{std::chrono::seconds{10}, std::chrono::seconds{5}};
  Fleet fleet(config);
  const auto death = *fleet.next_change();
  fleet.advance(death);
  ASSERT_FALSE(fleet.at(0).is_running());
  EXPECT_EQ(fleet.stop(0, death, 15).outcome, ActionOutcome::already_so);
  EXPECT_TRUE(fleet.advance(death + std::chrono::hours{1}).empty());
  EXPECT_FALSE(fleet.at(0).is_running());
}

TEST(Fleet, PausedContainerWritesNothing) {
  FleetConfig config;
  config.containers = 1;
  config.logs.lines_per_s = 10;
  Fleet fleet(config);
  fleet.pause(0, std::chrono::seconds{1});
  const auto written = fleet.at(0).timeline.written_until(std::chrono::seconds{1});
  EXPECT_EQ(fleet.at(0).timeline.written_until(std::chrono::seconds{5}), written);
  EXPECT_TRUE(fleet.at(0).is_running());
  EXPECT_EQ(fleet.pause(0, std::chrono::seconds{5}).outcome, ActionOutcome::impossible);
  fleet.unpause(0, std::chrono::seconds{5});
  EXPECT_EQ(fleet.at(0).timeline.written_until(std::chrono::seconds{6}), written + 10);
}

TEST(Fleet, CreatedContainerDoesWhatItsCommandSays) {
  Fleet fleet({});
  ContainerSpec spec;
  spec.image = "alpine";
  spec.command = {"sh", "-c", "echo 'a b'; sleep 2; exit 3"};
  const auto created = fleet.create(spec, {}).events.at(0);
  EXPECT_EQ(created.action, "create");
  const auto index = created.container;
  EXPECT_EQ(fleet.at(index).state, ContainerState::created);
  fleet.start(index, std::chrono::seconds{1});
  EXPECT_EQ(fleet.at(index).timeline.written_until(std::chrono::seconds{2}), 1U);
  EXPECT_EQ(fleet.said(index, 0)->text, "a b");
  EXPECT_TRUE(fleet.advance(std::chrono::milliseconds{2900}).empty());
  const auto end = fleet.advance(std::chrono::seconds{4});
  ASSERT_EQ(end.size(), 1U);
  EXPECT_EQ(end[0].action, "die");
  EXPECT_EQ(end[0].exit_code, 3);
}

TEST(Fleet, RestartPolicyAndAutoRemoveAreKept) {
  Fleet fleet({});
  ContainerSpec again;
  again.image = "alpine";
  again.command = {"false"};
  again.restart_policy = "on-failure";
  const auto index = fleet.create(again, {}).events.at(0).container;
  fleet.start(index, {});
  fleet.advance(std::chrono::milliseconds{150});
  EXPECT_GE(fleet.at(index).restart_count, 1U);
  ContainerSpec gone = again;
  gone.restart_policy = "";
  gone.auto_remove = true;
  gone.name = "gone";
  const auto other = fleet.create(gone, std::chrono::seconds{1}).events.at(0).container;
  fleet.start(other, std::chrono::seconds{1});
  fleet.stop(index, std::chrono::seconds{1}, 9);
  fleet.advance(std::chrono::seconds{2});
  EXPECT_TRUE(fleet.at(other).removed);
  EXPECT_FALSE(fleet.find("gone").index);
}

TEST(Fleet, AnInitIsKilledWhenItsTimeIsOver) {
  Fleet fleet({});
  ContainerSpec spec;
  spec.image = "alpine";
  spec.command = {"sleep", "100"};
  const auto index = fleet.create(spec, {}).events.at(0).container;
  fleet.start(index, {});
  EXPECT_EQ(fleet.stop(index, seconds{1}, 15, seconds{10}).outcome, ActionOutcome::pending);
  EXPECT_TRUE(fleet.advance(seconds{10}).empty());
  std::vector<std::string> actions;
  for (const auto& event : fleet.advance(seconds{11})) actions.emplace_back(event.action);
  EXPECT_EQ(actions, (std::vector<std::string>{"kill", "die", "stop"}));
  EXPECT_EQ(fleet.at(index).exit_code, 137);
}

TEST(Fleet, WhatIsTypedBeforeTheStartIsRead) {
  Fleet fleet({});
  ContainerSpec spec;
  spec.image = "alpine";
  spec.command = {"cat"};
  spec.open_stdin = spec.stdin_once = true;
  const auto index = fleet.create(spec, {}).events.at(0).container;
  EXPECT_TRUE(fleet.type(index, "early\n", {}));
  fleet.close_input(index, {});
  fleet.start(index, seconds{1});
  fleet.advance(seconds{2});
  EXPECT_FALSE(fleet.at(index).is_running());
  ASSERT_NE(fleet.said(index, 0), nullptr);
  EXPECT_EQ(fleet.said(index, 0)->text, "early");
}

TEST(Fleet, HealthIsCheckedInScenarioTime) {
  Fleet fleet({});
  ContainerSpec spec;
  spec.image = "alpine";
  spec.command = {"sleep", "1000"};
  spec.health = HealthCheck{.command = {"test", "-f", "/ok"}, .interval = seconds{10}, .retries = 2};
  const auto index = fleet.create(spec, {}).events.at(0).container;
  fleet.start(index, {});
  EXPECT_EQ(fleet.at(index).inside->health.state(), HealthState::starting);
  const auto events = fleet.advance(seconds{20});
  EXPECT_EQ(events.size(), 7U) << "two probes of three events, and that it is unhealthy";
  EXPECT_EQ(events.back().action, "health_status: unhealthy");
  fleet.files(index).put("/ok", {});
  fleet.advance(seconds{30});
  EXPECT_EQ(fleet.at(index).inside->health.state(), HealthState::healthy);
}

TEST(Fleet, RestartsAreCountedAndBackOff) {
  Fleet fleet({});
  ContainerSpec spec;
  spec.image = "alpine";
  spec.command = {"false"};
  spec.restart_policy = "on-failure";
  spec.restarts_at_most = 3;
  const auto index = fleet.create(spec, {}).events.at(0).container;
  fleet.start(index, {});
  fleet.advance(milliseconds{50});
  EXPECT_EQ(fleet.at(index).state, ContainerState::restarting);
  fleet.advance(milliseconds{400});
  EXPECT_EQ(fleet.at(index).restart_count, 2U) << "after 100 and 200 ms, and lives of 50";
  fleet.advance(seconds{10});
  EXPECT_EQ(fleet.at(index).restart_count, 3U);
  EXPECT_EQ(fleet.at(index).state, ContainerState::exited);
}

}  // namespace
}  // namespace leakrig
