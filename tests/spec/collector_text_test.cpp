#include "harness/spec/collector_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using nlohmann::json;

std::string refusal(const char* text) {
  try {
    parse_collector(text, "c.json");
  } catch (const UsageError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(CollectorText, ReadsEveryKeyAndWritesItBack) {
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
  EXPECT_EQ(json::parse(collector_text(parse_collector(text.dump(), "c.json"))), text);
  EXPECT_EQ(parse_collector("{}", "c.json").docker.clients, 5);
}

TEST(CollectorText, NamesThePlaceOfWhatIsWrong) {
  EXPECT_EQ(refusal(R"({"dcoker":{}})").find("c.json: /dcoker: unknown key, did you mean \"docker\"?"), 0U);
  EXPECT_EQ(refusal(R"({"docker":{"transport":{"max_conns_per_host":-1}}})"),
            "c.json: /docker/transport/max_conns_per_host: expected an integer from 0 to 1000000, got -1");
  EXPECT_EQ(refusal(R"({"loki":{"batch_wait":"0s"}})")
                .find("c.json: /loki/batch_wait: expected a duration above zero"),
            0U);
  EXPECT_EQ(refusal(R"({"time_scale":0})"), "c.json: /time_scale: expected a number above zero");
  EXPECT_EQ(refusal("[]"), "c.json: /: expected an object");
}

}  // namespace
}  // namespace leakrig
