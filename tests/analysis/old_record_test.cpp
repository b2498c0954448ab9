// A record that an older version wrote (tests/fixtures/old-record) is read and judged as it was then.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/analysis/analysis.h"
#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

const std::filesystem::path kOldRecord =
    std::filesystem::path{LEAKRIG_SOURCE_DIR} / "tests/fixtures/old-record";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(OldRecord, ItsScenarioIsTyped) {
  const ScenarioSpec scenario =
      read_recorded_scenario(text_of(kOldRecord / run_file::kScenario), "scenario.json");
  EXPECT_EQ(scenario.reference, "leaking");
  ASSERT_EQ(scenario.variants.size(), 2U);
  EXPECT_EQ(scenario.variants[0].name, "clean");
  EXPECT_TRUE(scenario.variants[0].subject.collector()->container_monitor.close_on_reopen);
  EXPECT_EQ(scenario.variants[0].expect.back().kind, Expectation::Kind::versus_reference);
  EXPECT_FALSE(scenario.variants[1].subject.collector()->container_monitor.close_on_reopen);
  EXPECT_EQ(scenario.sampling.resolution, std::chrono::seconds{2});
}

TEST(OldRecord, IsJudgedAsItWas) {
  const Analysis analysis = analyze(load_run_record(kOldRecord));
  const auto then = nlohmann::json::parse(text_of(kOldRecord / run_file::kResult));
  EXPECT_EQ(analysis.reference, "leaking");
  EXPECT_TRUE(analysis.passed);
  for (const auto& variant : then.at("variants")) {
    const auto* now = analysis.variant(variant.at("name").get<std::string>());
    ASSERT_NE(now, nullptr);
    const double rate = variant.at("metrics").at("threads").at("rate_per_min").get<double>();
    EXPECT_NEAR(now->metric("threads")->growth.rate_per_min, rate, 0.1);
    EXPECT_EQ(now->passed, variant.at("passed").get<bool>());
    EXPECT_EQ(to_string(now->metric("threads")->verdict), variant.at("metrics").at("threads").at("verdict"));
  }
}

}  // namespace
}  // namespace leakrig
