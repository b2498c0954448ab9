// One run of one variant: how it can end, and what is kept of it.
#include "harness/run/variant_run.h"

#include "tests/run/runner_fixture.h"

namespace leakrig {
namespace {

using VariantRunTest = RunnerTest;

TEST_F(VariantRunTest, ASubjectThatIsNeverReadyIsAnOutcomeWithItsReason) {
  const auto record = run(scenario(
      R"({"command":["sleep","60"],"ready":{"line":"never said","timeout":"1s"}})", R"({"a":{}})"));
  EXPECT_EQ(record.variants.at(0).outcome, Outcome::never_ready);
  EXPECT_NE(record.variants.at(0).detail.find("never said"), std::string::npos) << record.variants[0].detail;
  EXPECT_TRUE(record.variants[0].samples.empty());
}

TEST_F(VariantRunTest, AProgramThatIsNotThereIsTheRigsFailure) {
  const auto record = run(scenario(R"({"command":["./no-such-program-here"]})", R"({"a":{}})"));
  EXPECT_EQ(record.variants.at(0).outcome, Outcome::rig_failed);
  EXPECT_NE(record.variants[0].detail.find("no-such-program-here"), std::string::npos);
}

TEST_F(VariantRunTest, TheDeathOfASubjectKeepsWhatWasSampledBefore) {
  const auto record = run(scenario(R"({"command":["sh","-c","sleep 2; exit 7"]})", R"({"a":{}})"));
  EXPECT_EQ(record.variants.at(0).outcome, Outcome::died);
  EXPECT_NE(record.variants[0].detail.find('7'), std::string::npos) << record.variants[0].detail;
  EXPECT_FALSE(record.variants[0].samples.empty());
}

TEST_F(VariantRunTest, ReadingsBeginBeforeTheWarmUpEndsAndGoOnToTheEnd) {
  const auto record = run(scenario(R"({"command":["sleep","60"]})", R"({"a":{}})"));
  const auto& samples = record.variants.at(0).samples;
  ASSERT_EQ(record.variants[0].outcome, Outcome::completed);
  EXPECT_EQ(samples.front().due_s, -1) << "a second of warm-up before T+0";
  EXPECT_EQ(samples.back().due_s, 2);
}

}  // namespace
}  // namespace leakrig
