#include "harness/collector/config.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(CollectorConfig, IsHealthyByDefault) {
  const CollectorConfig config;
  EXPECT_TRUE(config.container_monitor.close_on_reopen);
  EXPECT_EQ(config.container_monitor.reopen_every, Nanos{0});
  EXPECT_EQ(config.docker.clients, 5);
  EXPECT_EQ(config.docker.transport.idle_conn_timeout, seconds{90});
}

TEST(CollectorConfig, ScalesDurationsToWallTimeAndKeepsNever) {
  CollectorConfig config;
  config.time_scale = 60;
  config.container_monitor.reopen_every = seconds{30};
  config.planted_leak_per_min = 3;
  config.docker.transport.response_header_timeout = Nanos{0};
  config.loki.transport.idle_conn_timeout = Nanos{1};
  const auto wall = in_wall_time(config);
  EXPECT_EQ(wall.container_monitor.reopen_every, milliseconds{500});
  EXPECT_EQ(wall.planted_leak_per_min, 180);
  EXPECT_EQ(wall.docker.transport.response_header_timeout, Nanos{0});
  EXPECT_EQ(wall.loki.transport.idle_conn_timeout, Nanos{1}) << "zero would mean never";
}

}  // namespace
}  // namespace leakrig
