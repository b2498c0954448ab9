#pragma once

#include <sys/types.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace leakrig {

/// What the fake Docker and the fake Loki saw. Each opening has one closing with the same ids, unless it was
/// still open when the run ended.
enum class LedgerEvent { connection_opened, connection_closed, request_opened, request_closed };

/// A line of ledger.jsonl.
struct LedgerEntry {
  std::string variant;
  std::string server;  ///< "docker" or "loki"
  LedgerEvent event = LedgerEvent::request_opened;
  double t_s = 0;                ///< scenario seconds; 0 is T+0
  std::uint64_t connection = 0;  ///< from 1, unique in a run of a server
  std::uint64_t request = 0;     ///< from 1, unique in a run of a server; 0 for connections
  pid_t peer_pid = 0;            ///< SO_PEERCRED on a Unix socket; 0 on TCP

  // Of a request:
  std::string endpoint;   ///< method and route with what matters: "GET /containers/{id}/logs?follow=1"
  std::string container;  ///< its name, where the route has one
  // Of a closing:
  int status = 0;
  std::uint64_t bytes = 0;  ///< of the answer's body, or of the connection in both directions
  std::uint64_t lines = 0;  ///< log lines sent
  std::string closed_by;    ///< "client", "server", "done" (answered in full), "fault" or "error"

  // Of an opened request, what its client tells of itself. On disk `api` and `user_agent` stand only where
  // they differ from the connection's request before: they cost a connection a few bytes, not each request.
  bool asks_to_close = false;  ///< "Connection: close", or HTTP/1.0 without keep-alive
  std::string api{};           ///< the version in its path: "1.41"
  std::string user_agent{};    ///< at most kMostUserAgent bytes of it
  // Of an opened connection that is its process's first:
  std::string peer_name{};  ///< what the kernel calls the process; empty on TCP
};

inline constexpr std::size_t kMostUserAgent = 64;

nlohmann::json to_json(const LedgerEntry& entry);
/// Throws Error on a missing or wrong field.
LedgerEntry ledger_entry_from_json(const nlohmann::json& line);

/// Where entries go as they happen. Called from the server's thread, with `t_s` as that server's scenario
/// time (its clock's zero) and `variant` empty: the receiver knows both.
class LedgerSink {
 public:
  virtual ~LedgerSink() = default;
  virtual void record(const LedgerEntry& entry) = 0;
};

/// Sequence numbers [first, end) of one container's lines.
struct SequenceRange {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
};

/// Lines of the fleet against lines that reached the sink, for the containers of one run.
struct Delivery {
  std::uint64_t lines_written = 0;
  std::uint64_t lines_delivered = 0;   ///< distinct
  std::uint64_t lines_lost = 0;        ///< written, never delivered
  std::uint64_t lines_duplicated = 0;  ///< deliveries beyond the first
  double latency_p50_ms = 0;           ///< from due to accepted by the sink, in scenario milliseconds
  double latency_p99_ms = 0;
};

nlohmann::json to_json(const Delivery& delivery);
Delivery delivery_from_json(const nlohmann::json& object);

}  // namespace leakrig
