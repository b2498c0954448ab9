#include "harness/spec/fleet_config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using nlohmann::json;

TEST(FleetConfig, ReadsEveryKeyAndWritesItBack) {
  const auto object = json::parse(R"({"containers": 3, "seed": 9,
    "logs": {"lines_per_s": 0.5, "bytes": 200, "tty": true, "stderr_every": 4, "history": 7},
    "churn": {"lifetime": "10m", "restart_after": "5s", "even": true}})");
  const auto config = fleet_config_from_json(object);
  EXPECT_EQ(config.containers, 3U);
  EXPECT_EQ(config.logs.history, 7U);
  EXPECT_EQ(config.churn->lifetime, Nanos{std::chrono::minutes{10}});
  EXPECT_EQ(to_json(config), object);
}

TEST(FleetConfig, AbsentKeysKeepTheirDefaults) {
  const auto config = fleet_config_from_json(json::object());
  EXPECT_EQ(config.containers, 8U);
  EXPECT_FALSE(config.churn.has_value());
}

TEST(FleetConfig, NonsenseIsRefused) {
  for (const auto* text :
       {R"([])", R"({"containers": 20001})", R"({"containers": -1})", R"({"containers": 1.5})",
        R"({"logs": {"bytes": 47}})", R"({"logs": {"lines_per_s": 10001}})",
        R"({"logs": {"lines_per_s": "2"}})", R"({"logs": []})", R"({"churn": {}})",
        R"({"churn": {"lifetime": "0s"}})", R"({"churn": {"lifetime": "-5s"}})"}) {
    EXPECT_THROW(fleet_config_from_json(json::parse(text)), UsageError) << text;
  }
}

}  // namespace
}  // namespace leakrig
