// Whole runs of small programs, each on fake daemons of its own.
#include "harness/run/runner.h"

#include <gtest/gtest.h>

#include <mutex>

#include "harness/core/error.h"
#include "harness/spec/load_scenario.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

/// Keeps what it was told, in order.
class Told final : public RunObserver {
 public:
  void variant_started(const Variant& variant) override { note("started " + variant.name); }
  void sampled(const Variant&, const Sample& sample) override {
    const std::scoped_lock lock(mutex_);
    samples += sample.missed ? 0 : 1;
    if (stop_at_first) stop.request_stop();
  }
  void variant_ended(const Variant& variant, Outcome outcome, const std::string&) override {
    note("ended " + variant.name + ": " + to_string(outcome));
  }
  std::vector<std::string> lines;
  int samples = 0;
  bool stop_at_first = false;
  std::stop_source stop;

 private:
  void note(std::string line) {
    const std::scoped_lock lock(mutex_);
    lines.push_back(std::move(line));
  }
  std::mutex mutex_;
};

/// Of one command a variant, three scenario seconds at real time.
ScenarioSpec scenario(const std::string& subject, const std::string& variants) {
  return parse_scenario(
      R"({"name":"s","sampling":{"warmup":"1s","duration":"2s","resolution":"1s","every":"1s"},"subject":)" + subject +
          R"(,"variants":)" + variants + "}",
      "s.json");
}

class RunnerTest : public ::testing::Test {
 protected:
  RunRecord run(const ScenarioSpec& spec, const std::stop_token& stop = {}, unsigned jobs = 1) {
    run_scenario(spec, {out(), jobs, StopRule{}}, guardian_, told, stop);
    return load_run_record(out());
  }
  std::filesystem::path out() const { return directory_.path() / "run"; }
  Told told;

 private:
  TemporaryDirectory directory_;
  Guardian guardian_;
};

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

}  // namespace
}  // namespace leakrig
