#include "harness/fake_docker/faults/fault_engine.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace leakrig {
namespace {

using std::chrono::seconds;

FaultConfig fault(FaultKind kind) {
  FaultConfig config;
  config.kind = kind;
  return config;
}

TEST(FaultEngine, HitsOnlyWhatItsPatternsName) {
  auto config = fault(FaultKind::drop);
  config.endpoint = "GET /containers/{id}/logs*";
  config.container = "web-*";
  FaultEngine engine({config}, 1, Nanos{0});
  EXPECT_TRUE(engine.decide("GET /containers/{id}/logs?follow=1", "web-1", {}).drop);
  EXPECT_TRUE(engine.decide("GET /containers/{id}/logs", "web-9", {}).drop);
  EXPECT_FALSE(engine.decide("GET /containers/{id}/logs", "api-2", {}).hit);
  EXPECT_FALSE(engine.decide("GET /containers/{id}/json", "web-1", {}).hit);
  EXPECT_FALSE(engine.decide("GET /_ping", "", {}).hit);
}

TEST(FaultEngine, KeepsToItsWindow) {
  auto config = fault(FaultKind::drop);
  config.from = seconds{10};
  config.to = seconds{20};
  FaultEngine engine({config}, 1, std::nullopt);
  EXPECT_FALSE(engine.decide("GET /info", "", seconds{15}).hit) << "T+0 is not known yet";
  engine.set_origin(seconds{5});
  EXPECT_FALSE(engine.decide("GET /info", "", seconds{14}).hit);
  EXPECT_TRUE(engine.decide("GET /info", "", seconds{15}).hit);
  EXPECT_FALSE(engine.decide("GET /info", "", seconds{25}).hit);
}

TEST(FaultEngine, DrawsByContainerWhateverOthersDo) {
  auto config = fault(FaultKind::drop);
  config.probability = 0.3;
  const auto draws = [&](std::uint64_t seed, bool others) {
    FaultEngine engine({config}, seed, Nanos{0});
    std::vector<bool> hits;
    for (int i = 0; i < 1000; ++i) {
      if (others) engine.decide("GET /info", "other", {});
      hits.push_back(engine.decide("GET /info", "web-1", {}).hit);
    }
    return hits;
  };
  const auto first = draws(7, false);
  EXPECT_EQ(first, draws(7, true));
  EXPECT_NE(first, draws(8, false));
  const auto hits = std::count(first.begin(), first.end(), true);
  EXPECT_GT(hits, 240);
  EXPECT_LT(hits, 360);
}

TEST(FaultEngine, TheEarliestEndOfABodyWins) {
  auto late = fault(FaultKind::close);
  late.after_bytes = 100;
  auto early = fault(FaultKind::stall);
  early.after_bytes = 10;
  for (const auto& order : {std::vector{late, early}, std::vector{early, late}}) {
    FaultEngine engine(order, 1, Nanos{0});
    const auto script = engine.decide("GET /info", "", {});
    EXPECT_EQ(script.ending, FaultScript::Ending::stall);
    EXPECT_EQ(script.ending_at, 10U);
  }
}

TEST(FaultEngine, RestartsAgainAndAgain) {
  auto config = fault(FaultKind::restart);
  config.from = seconds{10};
  config.every = seconds{5};
  config.to = seconds{21};
  FaultEngine engine({config}, 1, std::nullopt);
  EXPECT_FALSE(engine.next_restart({}));
  engine.set_origin(seconds{1});
  EXPECT_EQ(engine.next_restart({})->at, seconds{11});
  EXPECT_EQ(engine.next_restart(seconds{11})->at, seconds{16});
  EXPECT_EQ(engine.next_restart(seconds{20})->at, seconds{21});
  EXPECT_FALSE(engine.next_restart(seconds{21}));
  EXPECT_FALSE(engine.decide("GET /info", "", seconds{12}).hit);
}

}  // namespace
}  // namespace leakrig
