#include "harness/analysis/cost_catalogue.h"

#include <gtest/gtest.h>

#include <set>

namespace leakrig {
namespace {

TEST(CostCatalogue, HasEachKeyAndTitleOnce) {
  std::set<std::string> keys;
  std::set<std::string> titles;
  for (const auto& cost : cost_catalogue()) {
    EXPECT_TRUE(keys.insert(cost.key).second) << cost.key;
    EXPECT_TRUE(titles.insert(cost.title).second) << cost.title;
    EXPECT_EQ(cost_info(cost.key), &cost);
  }
  EXPECT_EQ(cost_info("threads"), nullptr);
}

TEST(CostCatalogue, SaysNothingOfWhatWasNotMeasured) {
  const Costs none;
  EXPECT_FALSE(cost_info("lines_lost")->value(none));
  EXPECT_FALSE(cost_info("cpu_ms_per_1000_lines")->value(none));
  EXPECT_EQ(cost_info("requests_per_min")->value(none), 0.0);
  Costs some;
  some.delivery = Delivery{100, 97, 3, 1, 500, 900};
  some.cpu_s_per_1000_lines = 0.012;
  EXPECT_EQ(cost_info("lines_lost")->value(some), 3.0);
  EXPECT_EQ(cost_info("latency_p99_ms")->value(some), 900.0);
  EXPECT_DOUBLE_EQ(*cost_info("cpu_ms_per_1000_lines")->value(some), 12);
}

TEST(CostCatalogue, MarginsArePercentAndAtLeastTheFloor) {
  const auto& requests = *cost_info("requests_per_min");
  EXPECT_DOUBLE_EQ(cost_margin(requests, 100, CostMargins{}), 10);
  EXPECT_DOUBLE_EQ(cost_margin(requests, 1, CostMargins{}), 1);
  EXPECT_DOUBLE_EQ(cost_margin(*cost_info("lines_lost"), 100, CostMargins{}), 0);
}

TEST(CostCatalogue, ValuesHaveTheirUnit) {
  EXPECT_EQ(cost_text(*cost_info("lines_written"), 4800), "4,800");
  EXPECT_EQ(cost_text(*cost_info("connections_per_min"), 12), "12.0");
  EXPECT_EQ(cost_text(*cost_info("latency_p99_ms"), 900), "900 ms");
}

}  // namespace
}  // namespace leakrig
