#include "harness/analysis/wire.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <set>
#include <tuple>

namespace leakrig {
namespace {

constexpr std::size_t kFewestIntervals = 3;

// Two runs of one thing differ by chance: counts as Poisson's, and by a late reading or a busy machine.
// Nothing is called a change that is not both.
constexpr double kSigmas = 4;
constexpr double kRelative = 0.15;
constexpr double kFewestEvents = 8;
constexpr double kShare = 0.02;  // of requests

struct Client {
  std::string user_agent;
  std::string api;
  bool used = false;
};

double median_of(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// A ledger's entries taken one by one.
class Reader {
 public:
  explicit Reader(double end_s) : end_s_(end_s) {}

  void take(const LedgerEntry& entry) {
    if (entry.t_s > end_s_) return;
    switch (entry.event) {
      case LedgerEvent::connection_opened:
        clients_[{entry.server, entry.connection}] = {};
        if (entry.t_s >= 0) ++server(entry).connections_opened;
        ++open_[entry.server];
        return;
      case LedgerEvent::connection_closed:
        // What was open at T+0 counts, however long it lasts.
        if (entry.t_s >= 0) note_open(entry);
        --open_[entry.server];
        return;
      case LedgerEvent::request_opened:
        request(entry);
        return;
      case LedgerEvent::request_closed:
        return;
    }
  }

  Wire finish() {
    for (auto& [name, server] : wire_.servers)
      server.at_once = std::max(server.at_once, static_cast<std::uint64_t>(std::max(0L, open_[name])));
    std::map<std::pair<std::string, std::string>, std::vector<double>> gaps;
    for (auto& [key, times] : times_) {
      const auto& [server, endpoint, container] = key;
      for (std::size_t i = 1; i < times.size(); ++i)
        gaps[{server, endpoint}].push_back(times[i] - times[i - 1]);
    }
    for (const auto& [key, values] : gaps) {
      if (values.size() >= kFewestIntervals)
        wire_.servers[key.first].intervals_s[key.second] = median_of(values);
    }
    wire_.minutes = std::max(0.0, end_s_) / 60;
    std::erase_if(wire_.servers, [](const auto& entry) { return entry.second.requests == 0; });
    return std::move(wire_);
  }

 private:
  ServerWire& server(const LedgerEntry& entry) { return wire_.servers[entry.server]; }
  void note_open(const LedgerEntry& entry) {
    auto& most = server(entry).at_once;
    most = std::max(most, static_cast<std::uint64_t>(std::max(0L, open_[entry.server])));
  }

  void request(const LedgerEntry& entry) {
    auto& client = clients_[{entry.server, entry.connection}];
    if (!entry.user_agent.empty()) client.user_agent = entry.user_agent;
    if (!entry.api.empty()) client.api = entry.api;
    if (entry.t_s < 0) return;
    auto& seen = server(entry);
    ++seen.requests;
    seen.asked_to_close += entry.asks_to_close ? 1 : 0;
    if (!std::exchange(client.used, true)) ++seen.connections_used;
    ++seen.endpoints[entry.endpoint];
    if (entry.endpoint.starts_with("GET /containers/{id}/logs")) {
      ++seen.log_requests;
      seen.log_followed += entry.endpoint.ends_with("follow=1") ? 1 : 0;
    }
    if (!client.user_agent.empty()) ++seen.user_agents[client.user_agent];
    if (!client.api.empty()) ++seen.apis[client.api];
    times_[{entry.server, entry.endpoint, entry.container}].push_back(entry.t_s);
  }

  double end_s_;
  Wire wire_;
  std::map<std::pair<std::string, std::uint64_t>, Client> clients_;
  std::map<std::string, long> open_;
  std::map<std::tuple<std::string, std::string, std::string>, std::vector<double>> times_;
};

/// Whether two counts over times of these lengths tell of different rates.
bool differ(double before, double minutes_before, double after, double minutes_after) {
  if (minutes_before <= 0 || minutes_after <= 0 || std::max(before, after) < kFewestEvents) return false;
  const double a = before / minutes_before;
  const double b = after / minutes_after;
  const double error =
      std::sqrt(before / (minutes_before * minutes_before) + after / (minutes_after * minutes_after));
  const bool beyond_chance = std::abs(a - b) > kSigmas * error || before == 0 || after == 0;
  return beyond_chance && std::abs(a - b) > kRelative * std::max(a, b);
}

bool shares_differ(double before, double of_before, double after, double of_after) {
  if (of_before <= 0 || of_after <= 0) return false;
  const double pooled = (before + after) / (of_before + of_after);
  const double error = std::sqrt(pooled * (1 - pooled) * (1 / of_before + 1 / of_after));
  return std::abs(before / of_before - after / of_after) > kShare + 3 * error;
}

class Differences {
 public:
  Differences(const Wire& before, const Wire& after) : before_(before), after_(after) {}

  std::vector<WireChange> all() {
    std::set<std::string> names;
    for (const auto* wire : {&before_, &after_}) {
      for (const auto& [name, unused] : wire->servers) names.insert(name);
    }
    for (const auto& name : names) compare(name);
    return std::move(changes_);
  }

 private:
  static const ServerWire& of(const Wire& wire, const std::string& name) {
    static const ServerWire kNone;
    const auto found = wire.servers.find(name);
    return found == wire.servers.end() ? kNone : found->second;
  }

  void add(WireChange::What what, const std::string& server, const std::string& which, double before,
           double after) {
    changes_.push_back({what, server, which, before, after});
  }

  void compare(const std::string& name) {
    using What = WireChange::What;
    const auto& a = of(before_, name);
    const auto& b = of(after_, name);
    const auto count = [](std::uint64_t value) { return static_cast<double>(value); };
    if (shares_differ(count(a.asked_to_close), count(a.requests), count(b.asked_to_close), count(b.requests)))
      add(What::close_share, name, "", a.close_share(), b.close_share());
    if (a.connections_used > 0 && b.connections_used > 0) {
      const double error = std::sqrt(1 / count(a.connections_used) + 1 / count(b.connections_used));
      if (std::abs(std::log(a.requests_per_connection() / b.requests_per_connection())) > kRelative + error)
        add(What::requests_per_connection, name, "", a.requests_per_connection(),
            b.requests_per_connection());
    }
    if (differ(count(a.connections_opened), before_.minutes, count(b.connections_opened), after_.minutes))
      add(What::connections_per_min, name, "", count(a.connections_opened) / before_.minutes,
          count(b.connections_opened) / after_.minutes);
    const double most = count(std::max(a.at_once, b.at_once));
    if (std::abs(count(a.at_once) - count(b.at_once)) > std::max(4.0, 0.3 * most))
      add(What::at_once, name, "", count(a.at_once), count(b.at_once));
    if (shares_differ(count(a.log_followed), count(a.log_requests), count(b.log_followed),
                      count(b.log_requests)))
      add(What::follow_share, name, "", ratio(a.log_followed, a.log_requests),
          ratio(b.log_followed, b.log_requests));
    compare_endpoints(name, a, b);
    compare_names(What::user_agent, name, a.user_agents, a.requests, b.user_agents, b.requests);
    compare_names(What::api, name, a.apis, a.requests, b.apis, b.requests);
  }

  void compare_endpoints(const std::string& name, const ServerWire& a, const ServerWire& b) {
    std::set<std::string> endpoints;
    for (const auto* wire : {&a, &b}) {
      for (const auto& [endpoint, unused] : wire->endpoints) endpoints.insert(endpoint);
    }
    for (const auto& endpoint : endpoints) {
      const auto times = [&](const ServerWire& wire) {
        const auto found = wire.endpoints.find(endpoint);
        return found == wire.endpoints.end() ? 0.0 : static_cast<double>(found->second);
      };
      if (differ(times(a), before_.minutes, times(b), after_.minutes))
        add(WireChange::What::endpoint_rate, name, endpoint, times(a) / before_.minutes,
            times(b) / after_.minutes);
    }
  }

  /// Names that one of both does not know.
  void compare_names(WireChange::What what, const std::string& server,
                     const std::map<std::string, std::uint64_t>& a, std::uint64_t of_a,
                     const std::map<std::string, std::uint64_t>& b, std::uint64_t of_b) {
    if (of_a == 0 || of_b == 0) return;
    for (const auto& [which, times] : a) {
      if (!b.contains(which) && ratio(times, of_a) > kShare) add(what, server, which, ratio(times, of_a), 0);
    }
    for (const auto& [which, times] : b) {
      if (!a.contains(which) && ratio(times, of_b) > kShare) add(what, server, which, 0, ratio(times, of_b));
    }
  }

  const Wire& before_;
  const Wire& after_;
  std::vector<WireChange> changes_;
};

}  // namespace

double ServerWire::requests_per_connection() const {
  return ratio(requests, connections_used);
}

double ServerWire::close_share() const {
  return ratio(asked_to_close, requests);
}

bool talks_to_servers(const Wire& wire) {
  return std::any_of(wire.servers.begin(), wire.servers.end(),
                     [](const auto& server) { return server.second.at_once > 0; });
}

Wire read_wire(const std::vector<LedgerEntry>& ledger, double end_s) {
  Reader reader(end_s);
  for (const auto& entry : ledger) reader.take(entry);
  return reader.finish();
}

const char* to_string(WireChange::What what) {
  switch (what) {
    case WireChange::What::close_share:
      return "close_share";
    case WireChange::What::requests_per_connection:
      return "requests_per_connection";
    case WireChange::What::connections_per_min:
      return "connections_per_min";
    case WireChange::What::at_once:
      return "connections_at_once";
    case WireChange::What::follow_share:
      return "follow_share";
    case WireChange::What::endpoint_rate:
      return "requests_per_min";
    case WireChange::What::user_agent:
      return "user_agent";
    case WireChange::What::api:
      break;
  }
  return "api_version";
}

std::vector<WireChange> wire_changes(const Wire& before, const Wire& after) {
  return Differences(before, after).all();
}

}  // namespace leakrig
