#include "harness/report/history_page.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using nlohmann::json;

json history(std::size_t points, const std::string& variant = "a") {
  json series{{"variant", variant}, {"metric", "threads"}, {"unit", "threads"}, {"tolerance_per_min", 2},
              {"points", json::array()}, {"changes", json::array()}};
  for (std::size_t i = 0; i < points; ++i)
    series["points"].push_back({{"run", i}, {"commit", "c" + std::to_string(i)}, {"dirty", false}, {"branch", "main"},
                                {"date", "2026-01-01"}, {"recorded_at", ""}, {"rate_per_min", 0.1}, {"ci", {0, 0.2}},
                                {"verdict", "stable"}});
  return {{"schema", "leakrig/history/1"}, {"scenario", "s"}, {"series", {series}}};
}

TEST(HistoryPage, HasThePointsAndAsksForNothingElse) {
  const std::string page = history_page(history(3));
  EXPECT_NE(page.find("\"c2\""), std::string::npos);
  EXPECT_EQ(page.find("src=\"http"), std::string::npos);
  EXPECT_EQ(page.find("href=\"http"), std::string::npos);
}

TEST(HistoryPage, KeepsTheNewestOfVeryMany) {
  const std::string page = history_page(history(9000));
  EXPECT_NE(page.find("\"c8999\""), std::string::npos);
  EXPECT_EQ(page.find("\"c0\""), std::string::npos);
}

TEST(HistoryPage, ANameEndsNoScript) {
  const std::string hostile = "</script><script>alert(1)</script>";
  EXPECT_EQ(history_page(history(2, hostile)).find(hostile), std::string::npos);
}

}  // namespace
}  // namespace leakrig
