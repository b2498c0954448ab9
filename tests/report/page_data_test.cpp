#include "harness/report/page_data.h"

#include <gtest/gtest.h>

#include "tests/support/analysis_builder.h"
#include "tests/support/hostile.h"

namespace leakrig {
namespace {

TEST(PageData, LeadsWithTheMetricThatLeadsAndItsWords) {
  const auto data = page_data(task3_analysis());
  EXPECT_EQ(data.at("schema"), "leakrig/page/1");
  EXPECT_FALSE(data.at("live"));
  EXPECT_EQ(data.at("metrics").at(data.at("lead").get<std::size_t>()).at("name"), "threads");
  EXPECT_TRUE(data.at("headline").get<std::string>().starts_with("LEAK  160 threads"));
  EXPECT_EQ(data.at("variants").size(), 2U);
  EXPECT_EQ(data.at("comparisons").at(0).at("verdict"), "identical");
}

TEST(PageData, OfALargerShareHasMoreAndStaysInItsLimits) {
  const Analysis analysis = task3_analysis();
  PageLimits small;
  small.points = 40;
  small.rows = 4;
  small.spans = 10;
  small.lanes = 1;
  small.groups = 1;
  EXPECT_LT(page_data(analysis, small).dump().size(), page_data(analysis).dump().size());
  const auto halved = PageLimits{}.divided_by(2);
  EXPECT_EQ(halved.points, PageLimits{}.points / 2);
  EXPECT_EQ(halved.name, PageLimits{}.name / 2);
  EXPECT_EQ(PageLimits{}.divided_by(1000).name, 40U) << "a name stays readable";
}

TEST(PageData, OfHostileNamesHasNoControlCharacter) {
  for (const auto& name : hostile_names()) {
    Analysis analysis = task3_analysis();
    analysis.scenario.title = name;
    analysis.variants[1].name = name;
    for (const char c : page_data(analysis).dump()) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << name;
  }
}

}  // namespace
}  // namespace leakrig
