#include "harness/collector/config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string refusal(const char* text) {
  try {
    collector_config_from_json(json::parse(text));
  } catch (const UsageError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(CollectorConfig, IsHealthyByDefault) {
  const auto config = collector_config_from_json(json::object());
  EXPECT_TRUE(config.container_monitor.close_on_reopen);
  EXPECT_EQ(config.container_monitor.reopen_every, Nanos{0});
  EXPECT_EQ(config.docker.clients, 5);
  EXPECT_EQ(config.docker.transport.idle_conn_timeout, seconds{90});
}

TEST(CollectorConfig, ReadsEveryKeyAndWritesItBack) {
  const auto text = json::parse(R"({
    "docker": { "clients": 7, "network": "tcp", "health_check_every": "31s", "transport": { "disable_keep_alives": true,
      "max_conns_per_host": 50, "max_idle_conns": 3, "max_idle_conns_per_host": 4, "idle_conn_timeout": "5s",
      "response_header_timeout": "6s" } },
    "loki": { "enabled": false, "batch_wait": "2s", "batch_lines": 9, "client_per_push": true, "transport": { "disable_keep_alives": true,
      "max_conns_per_host": 1, "max_idle_conns": 2, "max_idle_conns_per_host": 8, "idle_conn_timeout": "0s",
      "response_header_timeout": "7s" } },
    "container_monitor": { "enabled": false, "follow": false, "discover_every": "11s", "heartbeat_every": "12s",
      "reopen_every": "13s", "close_on_reopen": false, "cancel_on_stop": false,
      "retry_backoff": false, "poll_every": "14s", "stream_limit": { "max": 50, "at_limit": "evict_oldest" },
      "rotate_every": "15s", "stream_idle_timeout": "16s" },
    "defects": { "blocked_sender": { "planted": false, "every": "17s" } },
    "background_threads": 64, "planted_leak_per_min": 3.5, "docker_host": "unix:///a", "loki_url": "http://h:1", "time_scale": 60.0 })");
  EXPECT_EQ(to_json(collector_config_from_json(text)), text);
}

TEST(CollectorConfig, NamesThePointerOfWhatIsWrong) {
  EXPECT_EQ(refusal(R"({"dcoker":{}})"), "collector configuration: /dcoker: unknown key");
  EXPECT_EQ(refusal(R"({"docker":{"transport":{"max_conns_per_host":-1}}})"),
            "collector configuration: /docker/transport/max_conns_per_host: must be a whole number from 0 to "
            "1000000");
  EXPECT_EQ(refusal(R"({"docker":{"clients":0}})"),
            "collector configuration: /docker/clients: must be a whole number from 1 to 1000000");
  EXPECT_EQ(refusal(R"({"loki":{"batch_wait":"0s"}})"),
            "collector configuration: /loki/batch_wait: must be a duration above zero");
  EXPECT_EQ(refusal(R"({"container_monitor":{"follow":"yes"}})"),
            "collector configuration: /container_monitor/follow: must be true or false");
  EXPECT_EQ(refusal(R"({"container_monitor":{"reopen_every":"-30s"}})"),
            "collector configuration: /container_monitor/reopen_every: must be a duration like \"30s\"");
  EXPECT_EQ(refusal(R"({"time_scale":0})"),
            "collector configuration: /time_scale: must be a number above zero");
  EXPECT_EQ(refusal(R"({"planted_leak_per_min":-1})"),
            "collector configuration: /planted_leak_per_min: must be a number from 0 to 1000000");
  EXPECT_EQ(refusal("[]"), "collector configuration: /: must be an object");
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
