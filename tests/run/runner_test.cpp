// Whole runs of small programs, each on fake daemons of its own.
#include "harness/run/runner.h"

#include "harness/core/error.h"
#include "tests/run/runner_fixture.h"

namespace leakrig {
namespace {

TEST_F(RunnerTest, RecordsEachVariantWithItsOutcomeAndGoesOnAfterOneThatFails) {
  const auto record = run(scenario(R"({"command":["sleep","60"]})",
                                   R"({"dies":{"subject":{"command":["sh","-c","exit 3"]}},"lives":{}})"));
  ASSERT_EQ(record.variants.size(), 2U);
  EXPECT_EQ(record.variants[0].name, "dies");
  EXPECT_EQ(record.variants[0].outcome, Outcome::died);
  EXPECT_EQ(record.variants[1].outcome, Outcome::completed);
  ASSERT_FALSE(record.variants[1].samples.empty());
  EXPECT_EQ(record.variants[1].samples.back().values.at("threads"), 1);
  EXPECT_GT(record.variants[1].subject_pid, 0);
  EXPECT_EQ(told.lines, (std::vector<std::string>{"started dies", "ended dies: died", "started lives",
                                                  "ended lives: completed"}));
  EXPECT_GT(told.samples, 0);
  EXPECT_EQ(record.scenario.at("name"), "s");
  EXPECT_TRUE(record.environment.contains("host"));
}

TEST_F(RunnerTest, SeveralAtATimeAreEachRecordedWhole) {
  const auto record = run(scenario(R"({"command":["sleep","60"]})", R"({"a":{},"b":{}})"), {}, 2);
  ASSERT_EQ(record.variants.size(), 2U);
  for (const auto& variant : record.variants) {
    EXPECT_EQ(variant.outcome, Outcome::completed) << variant.name;
    for (const auto& sample : variant.samples) EXPECT_EQ(sample.variant, variant.name);
  }
}

TEST_F(RunnerTest, AStopEndsWhatRunsAndBeginsNoOther) {
  told.stop_at_first = true;
  const auto record =
      run(scenario(R"({"command":["sleep","60"]})", R"({"a":{},"b":{}})"), told.stop.get_token());
  EXPECT_EQ(record.variants.at(0).outcome, Outcome::interrupted);
  EXPECT_FALSE(record.variants[0].samples.empty()) << "what was sampled counts";
  for (std::size_t i = 1; i < record.variants.size(); ++i)
    EXPECT_EQ(record.variants[i].outcome, Outcome::unfinished);
}

TEST_F(RunnerTest, ADirectoryThatHoldsARunIsRefused) {
  const auto spec = scenario(R"({"command":["sleep","60"]})", R"({"a":{}})");
  std::stop_source stop;
  stop.request_stop();
  run(spec, stop.get_token());
  EXPECT_THROW(run(spec, stop.get_token()), UsageError);
}

}  // namespace
}  // namespace leakrig
