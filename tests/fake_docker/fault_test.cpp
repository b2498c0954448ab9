#include "harness/fake_docker/fault.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/fake_docker/fault_engine.h"

namespace leakrig {
namespace {

using nlohmann::json;
using std::chrono::seconds;

struct BadFault {
  const char* list;
  const char* pointer;
  const char* said;
};
void PrintTo(const BadFault& bad, std::ostream* out) {
  *out << bad.list;
}

class WrongFaults : public testing::TestWithParam<BadFault> {};

TEST_P(WrongFaults, AreNamedByTheirPlace) {
  const auto problem = find_fault_problem(json::parse(GetParam().list));
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->pointer, GetParam().pointer);
  EXPECT_NE(problem->message.find(GetParam().said), std::string::npos) << problem->message;
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongFaults,
    testing::Values(BadFault{R"({})", "", "list"}, BadFault{R"([1])", "/0", "object"},
                    BadFault{R"([{"kind":"drop"},{}])", "/1", "kind"},
                    BadFault{R"([{"kind":"explode"}])", "/0/kind", "hold_open"},
                    BadFault{R"([{"kind":"delay_headers"}])", "/0", "\"delay\""},
                    BadFault{R"([{"kind":"drop","delay":"1s"}])", "/0/delay", "does not go with"},
                    BadFault{R"([{"kind":"drop","endpoint":"GET /nowhere"}])", "/0/endpoint", "no endpoint"},
                    BadFault{R"([{"kind":"drop","probability":0}])", "/0/probability", "above 0"},
                    BadFault{R"([{"kind":"drop","probability":1.5}])", "/0/probability", "at most 1"},
                    BadFault{R"([{"kind":"drop","from":"2s","to":"1s"}])", "/0/to", "later"},
                    BadFault{R"([{"kind":"cut","after":"soon"}])", "/0/after", "duration"},
                    BadFault{R"([{"kind":"stall","after_bytes":-1}])", "/0/after_bytes", "whole number"},
                    BadFault{R"([{"kind":"status","status":200}])", "/0/status", "400"},
                    BadFault{R"([{"kind":"status","status":600}])", "/0/status", "599"},
                    BadFault{R"([{"kind":"restart"}])", "/0", "from"},
                    BadFault{R"([{"kind":"restart","from":"1s","container":"web-1"}])", "/0/container",
                             "restart"},
                    BadFault{R"([{"kind":"restart","from":"1s","every":"5s","down_for":"6s"}])",
                             "/0/down_for", "shorter"}));

TEST(Faults, SurviveTheirJson) {
  const auto list = json::parse(R"([
    {"kind":"delay_headers","endpoint":"GET /info","container":"*","probability":0.5,"from":"1m","to":"2m","delay":"5s"},
    {"kind":"drip","endpoint":"*","container":"web-*","probability":1.0,"bytes":3,"every":"100ms"},
    {"kind":"status","endpoint":"*","container":"*","probability":1.0,"status":409,"message":"busy"},
    {"kind":"restart","from":"10s","every":"1m","down_for":"2s"}])");
  json again = json::array();
  for (const auto& fault : fault_configs_from_json(list)) again.push_back(to_json(fault));
  EXPECT_EQ(again, list);
}

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
