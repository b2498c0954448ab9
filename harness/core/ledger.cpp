#include "harness/core/ledger.h"

#include <array>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr std::array kEventNames{"connection_opened", "connection_closed", "request_opened",
                                 "request_closed"};

LedgerEvent event_from_name(const std::string& name) {
  for (std::size_t i = 0; i < kEventNames.size(); ++i) {
    if (name == kEventNames[i]) return static_cast<LedgerEvent>(i);
  }
  throw Error("unknown ledger event \"" + name + "\"");
}

}  // namespace

nlohmann::json to_json(const LedgerEntry& entry) {
  nlohmann::json line{{"variant", entry.variant},
                      {"server", entry.server},
                      {"event", kEventNames[static_cast<std::size_t>(entry.event)]},
                      {"t_s", entry.t_s},
                      {"connection", entry.connection}};
  if (entry.peer_pid != 0) line["peer_pid"] = entry.peer_pid;
  if (!entry.peer_name.empty()) line["peer_name"] = entry.peer_name;
  if (entry.request != 0) line["request"] = entry.request;
  if (!entry.endpoint.empty()) line["endpoint"] = entry.endpoint;
  if (!entry.container.empty()) line["container"] = entry.container;
  if (entry.asks_to_close) line["asks_to_close"] = true;
  if (!entry.api.empty()) line["api"] = entry.api;
  if (!entry.user_agent.empty()) line["user_agent"] = entry.user_agent;
  if (entry.status != 0) line["status"] = entry.status;
  if (entry.bytes != 0) line["bytes"] = entry.bytes;
  if (entry.lines != 0) line["lines"] = entry.lines;
  if (!entry.closed_by.empty()) line["closed_by"] = entry.closed_by;
  return line;
}

LedgerEntry ledger_entry_from_json(const nlohmann::json& line) try {
  LedgerEntry entry;
  entry.variant = line.at("variant").get<std::string>();
  entry.server = line.at("server").get<std::string>();
  entry.event = event_from_name(line.at("event").get<std::string>());
  entry.t_s = line.at("t_s").get<double>();
  entry.connection = line.value("connection", std::uint64_t{0});
  entry.request = line.value("request", std::uint64_t{0});
  entry.peer_pid = line.value("peer_pid", 0);
  entry.peer_name = line.value("peer_name", "");
  entry.endpoint = line.value("endpoint", "");
  entry.container = line.value("container", "");
  entry.asks_to_close = line.value("asks_to_close", false);
  entry.api = line.value("api", "");
  entry.user_agent = line.value("user_agent", "");
  entry.status = line.value("status", 0);
  entry.bytes = line.value("bytes", std::uint64_t{0});
  entry.lines = line.value("lines", std::uint64_t{0});
  entry.closed_by = line.value("closed_by", "");
  return entry;
} catch (const nlohmann::json::exception& e) {
  throw Error(std::string{"not a ledger entry: "} + e.what());
}

nlohmann::json to_json(const Delivery& delivery) {
  return {{"lines_written", delivery.lines_written},
          {"lines_delivered", delivery.lines_delivered},
          {"lines_lost", delivery.lines_lost},
          {"lines_duplicated", delivery.lines_duplicated},
          {"latency_ms", {{"p50", delivery.latency_p50_ms}, {"p99", delivery.latency_p99_ms}}}};
}

Delivery delivery_from_json(const nlohmann::json& object) try {
  Delivery delivery;
  delivery.lines_written = object.at("lines_written").get<std::uint64_t>();
  delivery.lines_delivered = object.at("lines_delivered").get<std::uint64_t>();
  delivery.lines_lost = object.at("lines_lost").get<std::uint64_t>();
  delivery.lines_duplicated = object.at("lines_duplicated").get<std::uint64_t>();
  delivery.latency_p50_ms = object.at("latency_ms").at("p50").get<double>();
  delivery.latency_p99_ms = object.at("latency_ms").at("p99").get<double>();
  return delivery;
} catch (const nlohmann::json::exception& e) {
  throw Error(std::string{"not a delivery record: "} + e.what());
}

}  // namespace leakrig
