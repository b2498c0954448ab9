#include "harness/run/toggles.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/collector/defects/defect.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

ScenarioSpec with_collector(const std::string& collector, const std::string& more = "") {
  return parse_scenario(R"({"name":"s","subject":{"collector":)" + collector + "}" + more + "}", "s.json");
}

const Toggle* find(const std::vector<Toggle>& toggles, const std::string& name) {
  const auto found =
      std::find_if(toggles.begin(), toggles.end(), [&](const Toggle& t) { return t.name == name; });
  return found == toggles.end() ? nullptr : &*found;
}

TEST(Isolation, SwitchesAPlantedDefectToItsCleanTwin) {
  const auto toggles =
      toggles_of(with_collector(R"({"container_monitor":{"reopen_every":"30s","close_on_reopen":false},
                                                     "defects":{"stats_stream_per_poll":{}}})"));
  const auto* reopen = find(toggles, "no-reopen_without_close");
  ASSERT_NE(reopen, nullptr);
  EXPECT_EQ(reopen->patch, R"({"subject":{"collector":{"container_monitor":{"close_on_reopen":true}}}})");
  EXPECT_EQ(reopen->kind, Toggle::Kind::defect);
  EXPECT_NE(find(toggles, "no-stats_stream_per_poll"), nullptr);
  EXPECT_NE(find(toggles, "stats_stream_per_poll-off"), nullptr);
}

TEST(Isolation, DoesNotSwitchWhatIsAlreadySo) {
  const auto toggles =
      toggles_of(with_collector(R"({"container_monitor":{"enabled":false},"loki":{"enabled":false},
      "defects":{"stats_stream_per_poll":{"planted":false}}})"));
  for (const auto& toggle : toggles) {
    EXPECT_NE(toggle.kind, Toggle::Kind::defect) << toggle.name;
    EXPECT_FALSE(toggle.name.starts_with("loki")) << toggle.name;
  }
  EXPECT_EQ(find(toggles, "container_monitor-off"), nullptr);
  EXPECT_EQ(find(toggles, "follow=false"), nullptr);
}

TEST(Isolation, PollingTakesOutTheStreamOptionsThatContradictIt) {
  const auto toggles = toggles_of(with_collector(R"({"container_monitor":{"rotate_every":"1m"}})"));
  ASSERT_NE(find(toggles, "follow=false"), nullptr);
  EXPECT_EQ(find(toggles, "follow=false")->patch,
            R"({"subject":{"collector":{"container_monitor":{"follow":false,"rotate_every":null}}}})");
}

TEST(Isolation, TakesTheTogglesThatTheScenarioStates) {
  const ScenarioSpec scenario = parse_scenario(
      R"({"name":"s","sampling":{"time_scale":1},"subject":{"command":["a","--leak"]},
          "isolate":{"toggles":{"no-leak":{"subject":{"command":["a"]}}}}})",
      "s.json");
  const auto toggles = toggles_of(scenario);
  ASSERT_EQ(toggles.size(), 1U);
  EXPECT_EQ(toggles[0].name, "no-leak");
}

TEST(Isolation, RunsTheReferenceAndAVariantForEachSet) {
  const ScenarioSpec scenario = with_collector(
      R"({"container_monitor":{"close_on_reopen":false,"reopen_every":"30s"}})",
      R"(,"variants":{"base":{"fleet":{"containers":4}},"other":{}},"expect":{"base":{"rss_bytes":"leak"}})");
  const auto toggles = toggles_of(scenario);
  const ScenarioSpec made = isolation_scenario(
      scenario, {{*find(toggles, "no-reopen_without_close")},
                 {*find(toggles, "reopen_every=0s"), *find(toggles, "loki.disable_keep_alives=true")}});
  ASSERT_EQ(made.variants.size(), 3U);
  EXPECT_EQ(made.variants[0].name, "base");
  EXPECT_EQ(made.variants[2].name, "reopen_every=0s+loki.disable_keep_alives=true");
  EXPECT_EQ(made.variants[2].fleet.containers, 4U);
  EXPECT_TRUE(made.variants[2].subject.collector()->loki.transport.disable_keep_alives);
  EXPECT_EQ(made.reference, "base");
  EXPECT_EQ(made.analysis.also_judge, std::vector<std::string>{"rss_bytes"});
  const auto document = nlohmann::json::parse(made.document);
  EXPECT_EQ(document.at("variants").size(), 3U);
  EXPECT_FALSE(document.contains("expect"));
}

TEST(Defects, EachHasAScenarioAndASwitchThatTheScenarioKnows) {
  EXPECT_GE(defects().size(), 15U);
  for (const auto* defect : defects()) {
    std::string file{defect->name};
    std::replace(file.begin(), file.end(), '_', '-');
    const auto path = std::filesystem::path{LEAKRIG_SOURCE_DIR} / "scenarios/defects" / (file + ".json");
    ASSERT_TRUE(std::filesystem::exists(path)) << path;
    const ScenarioSpec scenario = load_scenario(path);
    const auto toggles = toggles_of(scenario);
    EXPECT_NE(find(toggles, fmt::format("no-{}", defect->name)), nullptr) << defect->name;
    EXPECT_EQ(find_defect(defect->name), defect);
  }
}

}  // namespace
}  // namespace leakrig
