#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/analysis/period.h"
#include "harness/core/ledger.h"

namespace leakrig {

/// An endpoint in a connection's sequence of requests.
struct EndpointUse {
  std::string endpoint;     ///< as the ledger names it; with " (404)" where it was answered with an error
  std::uint64_t least = 0;  ///< how often a connection of the group carried it
  std::uint64_t most = 0;
};

/// Connections of which the servers know the same: what they carried, in the order of first use, whether they
/// carry a request now, and whose they are. The group of a connection that carries a request is that request's
/// endpoint alone: what went before is chance. Whether an endpoint was carried once or more often tells idle
/// groups apart, how often does not.
struct ConnectionGroup {
  std::string server;                 ///< "docker" or "loki"
  std::vector<EndpointUse> sequence;  ///< empty: it never carried a request
  bool is_idle = false;               ///< open, and carrying no request
  pid_t pid = 0;                      ///< of the client; 0 on TCP, and where many processes did the same
  std::string process;                ///< its name as the kernel has it; empty where unknown
  std::string user_agent;
  double at_start = 0;  ///< open at T+0
  double at_end = 0;
  double growth = 0;
  double rate_per_min = 0;
  double oldest_s = 0;             ///< at the end, since the oldest became idle, or since its request was opened
  std::optional<Period> period;    ///< in which those of the end came, where they came regularly
  std::vector<double> counts;      ///< open at each of ConnectionCensus::times_s
};

/// The connection groups of a run, at evenly spread moments.
struct ConnectionCensus {
  std::vector<double> times_s;          ///< scenario seconds from T+0: 0, ..., the last reading's
  std::vector<ConnectionGroup> groups;  ///< that had a connection at one of the moments; largest growth first
};

/// A connection that is open at the end, for the timeline.
struct ConnectionSpan {
  double opened_s = 0;
  double idle_since_s = 0;  ///< the moment of its last answer; the opening where it carried nothing
  std::string container;    ///< of its last request
};

/// Pure. `end_s`: the last reading's time.
ConnectionCensus take_census(const std::vector<LedgerEntry>& ledger, double end_s);

/// Whether what grows there comes by a clock: the group that grew most did so by four or more, regularly, and hardly a
/// turn brought nothing.
bool grows_by_clock(const ConnectionCensus& census);

/// The connections of `group` at the end, by opening; at most `most`, the oldest first.
std::vector<ConnectionSpan> spans_of(const std::vector<LedgerEntry>& ledger, const ConnectionGroup& group,
                                     double end_s, std::size_t most);

/// "HEAD /_ping, GET /containers/{id}/json"; "no request" for none. Counts above one as "GET /info (12 to 14
/// times)".
std::string sequence_text(const ConnectionGroup& group);

/// "HEAD /_ping, GET /containers/{id}/json: idle, every 30 s, once a container, from collector (812),
/// Docker-Client/24.0"
std::string group_text(const ConnectionGroup& group);

}  // namespace leakrig
