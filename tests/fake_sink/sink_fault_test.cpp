#include "harness/fake_sink/sink_fault.h"

#include <gtest/gtest.h>

#include <thread>

#include "harness/core/error.h"

namespace leakrig {
namespace {

TEST(SinkFault, IsReadFromItsWords) {
  EXPECT_EQ(parse_sink_fault("429").status, 429);
  EXPECT_EQ(parse_sink_fault("429:5").retry_after_s, 5);
  EXPECT_EQ(parse_sink_fault("slow:2s").delay, std::chrono::seconds{2});
  EXPECT_EQ(parse_sink_fault("silent").kind, SinkFault::Kind::silent);
  EXPECT_EQ(parse_sink_fault("reset").kind, SinkFault::Kind::reset);
  EXPECT_EQ(parse_sink_fault("away").kind, SinkFault::Kind::away);
  for (const auto* wrong : {"", "200", "429:", "429:x", "slow", "slow:2 apples", "gone", "reset:1"})
    EXPECT_THROW(parse_sink_fault(wrong), UsageError) << wrong;
}

TEST(FaultGate, LetsPassWhereNothingIsWrong) {
  FaultGate gate;
  EXPECT_EQ(gate.pass().outcome, FaultGate::Outcome::pass);
  gate.set(parse_sink_fault("429:7"));
  const auto refused = gate.pass();
  EXPECT_EQ(refused.outcome, FaultGate::Outcome::refuse);
  EXPECT_EQ(refused.fault.retry_after_s, 7);
  gate.set(parse_sink_fault("away"));
  EXPECT_TRUE(gate.is_away());
  EXPECT_EQ(gate.pass().outcome, FaultGate::Outcome::reset);
  gate.set(std::nullopt);
  EXPECT_EQ(gate.pass().outcome, FaultGate::Outcome::pass);
}

TEST(FaultGate, HitsSoManyPushesAndNoMore) {
  FaultGate gate;
  gate.set(parse_sink_fault("429"), 2);
  EXPECT_EQ(gate.pass().outcome, FaultGate::Outcome::refuse);
  EXPECT_EQ(gate.pass().outcome, FaultGate::Outcome::refuse);
  EXPECT_EQ(gate.pass().outcome, FaultGate::Outcome::pass);
  EXPECT_EQ(gate.hits(), 2U);
}

TEST(FaultGate, ASilentSinkAnswersWhenItsFaultHasEnded) {
  FaultGate gate;
  gate.set(parse_sink_fault("silent"));
  auto outcome = FaultGate::Outcome::reset;
  std::jthread waits{[&] { outcome = gate.pass().outcome; }};
  gate.set(std::nullopt);
  waits.join();
  EXPECT_EQ(outcome, FaultGate::Outcome::pass);
}

TEST(FaultGate, AWaitEndsWithTheSink) {
  FaultGate gate;
  gate.set(parse_sink_fault("slow:1h"));
  std::jthread waits{[&] { gate.pass(); }};
  gate.open_for_good();
  waits.join();
}

}  // namespace
}  // namespace leakrig
