#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/core/ledger.h"

namespace leakrig {

/// What a server can see of its client over the measured time: the effect of a transport's options, and
/// nothing of their intent.
struct ServerWire {
  std::uint64_t requests = 0;
  std::uint64_t asked_to_close = 0;    ///< requests with "Connection: close"
  std::uint64_t connections_used = 0;  ///< that carried a request in the measured time
  std::uint64_t connections_opened = 0;
  std::uint64_t at_once = 0;                       ///< most connections open
  std::uint64_t log_requests = 0;                  ///< for containers' logs
  std::uint64_t log_followed = 0;                  ///< of them, those that follow
  std::map<std::string, std::uint64_t> endpoints;  ///< requests
  std::map<std::string, double> intervals_s;  ///< median between two requests of an endpoint about the same
                                              ///< container; from three intervals on
  std::map<std::string, std::uint64_t> user_agents;  ///< requests; without those that name none
  std::map<std::string, std::uint64_t> apis;         ///< requests by the version in their path

  double requests_per_connection() const;
  double close_share() const;
};

struct Wire {
  double minutes = 0;
  std::map<std::string, ServerWire> servers;  ///< "docker", "loki"; only those that were talked to

  /// A count of the measured time, a minute; 0 where none was measured.
  double a_minute(std::uint64_t count) const { return minutes > 0 ? static_cast<double>(count) / minutes : 0; }
};

/// Whether a ledger tells enough of a subject for its silence to mean something: it held a connection.
bool talks_to_servers(const Wire& wire);

/// Pure. `end_s`: the last reading's time.
Wire read_wire(const std::vector<LedgerEntry>& ledger, double end_s);

/// Something that a server sees differently.
struct WireChange {
  enum class What {
    close_share,
    requests_per_connection,
    connections_per_min,
    at_once,
    follow_share,
    endpoint_rate,  ///< requests of `which` a minute
    user_agent,     ///< `which`: its share of the requests
    api,            ///< likewise
  };
  What what = What::close_share;
  std::string server;
  std::string which;
  double before = 0;
  double after = 0;
};
const char* to_string(WireChange::What what);

/// What `after` shows that `before` does not, beyond what two runs of one thing differ by; the clearest
/// first.
std::vector<WireChange> wire_changes(const Wire& before, const Wire& after);

/// A variant's wire against the reference's.
struct WireComparison {
  std::string variant;
  std::vector<WireChange> changes;
  /// The subject is another one, no server sees anything of it, and nothing grows differently.
  bool inert = false;
  bool patches_transport = false;    ///< the variant changes an option of a transport
  bool patches_keep_alives = false;  ///< among them one that each request must show
};

}  // namespace leakrig
