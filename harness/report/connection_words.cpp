#include "harness/report/connection_words.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/words.h"

namespace leakrig::words {
namespace {

std::string whole(double value) {
  return with_thousands(std::llround(value));
}

std::string server_name(const std::string& server) {
  return server == "docker" ? "Docker" : server == "loki" ? "the sink" : server;
}

/// "`HEAD /_ping`, `GET /containers/{id}/json`"
std::string endpoints(const ConnectionGroup& group) {
  if (group.sequence.empty()) return "no request";
  std::vector<std::string> parts;
  for (const auto& use : group.sequence) parts.push_back(code(use.endpoint));
  return fmt::format("{}", fmt::join(parts, ", "));
}

bool carried_once(const ConnectionGroup& group) {
  return std::all_of(group.sequence.begin(), group.sequence.end(),
                     [](const EndpointUse& use) { return use.most <= 1; });
}

/// ", every 30 s, once a container", or ", one every 4 s".
std::string rhythm(const ConnectionGroup& group) {
  if (!group.period) return "";
  const std::string every = "every " + significant_text(group.period->every_s, 3) + " s";
  return group.period->containers > 0 ? ", " + every + ", once a container" : ", one " + every;
}

/// ", from `collector` (812), `Docker-Client/24.0`"; empty where nothing is known of the client.
std::string client(const ConnectionGroup& group) {
  std::vector<std::string> parts;
  if (!group.process.empty())
    parts.push_back(group.pid == 0 ? code(group.process) : fmt::format("{} ({})", code(group.process), group.pid));
  if (!group.user_agent.empty()) parts.push_back(code(group.user_agent));
  return parts.empty() ? "" : fmt::format(", from {}", fmt::join(parts, ", "));
}

/// "80 idle connections", "80 connections to the sink in the middle of a request"
std::string how_many(const ConnectionGroup& group, double count, const char* more) {
  const std::string to = group.server == "docker" ? "" : " to " + server_name(group.server);
  const std::string kind = fmt::format("{}{}connection", more, group.is_idle ? "idle " : "");
  return counted(count, kind) + to + (group.is_idle ? "" : " in the middle of a request");
}

std::string change_text(const WireChange& change) {
  using What = WireChange::What;
  const auto percent = [](double share) { return share_text(share); };
  const auto from_to = [&](const char* what, const std::string& before, const std::string& after) {
    return fmt::format("{} {} → {}", what, before, after);
  };
  switch (change.what) {
    case What::close_share:
      return from_to("requests that ask to close", percent(change.before), percent(change.after));
    case What::requests_per_connection:
      return from_to("requests a connection", fmt::format("{:.1f}", change.before),
                     fmt::format("{:.1f}", change.after));
    case What::connections_per_min:
      return from_to("connections opened a minute", fmt::format("{:.1f}", change.before),
                     fmt::format("{:.1f}", change.after));
    case What::at_once:
      return from_to("connections at once", whole(change.before), whole(change.after));
    case What::follow_share:
      return from_to("log requests that follow", percent(change.before), percent(change.after));
    case What::endpoint_rate:
      return fmt::format("{} a minute {:.1f} → {:.1f}", code(change.which), change.before, change.after);
    case What::user_agent:
      return fmt::format("requests of {} {} → {}", code(change.which), percent(change.before),
                         percent(change.after));
    case What::api:
      break;
  }
  return fmt::format("requests of API {} {} → {}", code(change.which), percent(change.before),
                     percent(change.after));
}

}  // namespace

std::string connections_lead(const finding::Leak& leak) {
  const auto& evidence = *leak.connections;
  const auto& group = evidence.groups.front();
  std::string text = how_many(group, evidence.connections, "");
  const std::string each = group.sequence.empty() ? "none of which carried a request" : "each of " + endpoints(group);
  text += ", " + each;
  if (leak.opener && !leak.opener->chain.empty()) {
    const auto& place = leak.opener->chain.front();
    return text + fmt::format(", opened by {} ({}:{})", place.function,
                              place.file.substr(place.file.rfind('/') + 1), place.line);
  }
  return text + rhythm(group);
}

std::string connections(const finding::Leak& leak) {
  const auto& evidence = *leak.connections;
  const auto& group = evidence.groups.front();
  std::vector<std::string> parts;
  for (const auto& part : evidence.parts) parts.push_back(code(part, 200));
  std::string text = fmt::format("of {}, {}{} are those of {}", new_ones(evidence.metric, evidence.metric_growth),
                                 whole(evidence.explained),
                                 parts.empty() ? "" : fmt::format(" ({})", fmt::join(parts, ", ")),
                                 how_many(group, evidence.connections, "more "));
  if (group.sequence.empty()) {
    text += "; none of them ever carried a request";
  } else if (!group.is_idle) {
    text += fmt::format("; each is in {}", endpoints(group));
  } else if (carried_once(group)) {
    text += fmt::format("; each carried {}, once, and was never used again: a client for each call that is not closed",
                        endpoints(group));
  } else {
    text += fmt::format("; each carried {}", endpoints(group));
  }
  const std::string when = rhythm(group);
  if (!when.empty()) text += "; they came" + (group.period->containers > 0 ? when.substr(1) : when);
  text += client(group);
  if (evidence.groups.size() > 1) text += fmt::format("; and {} more", counted(static_cast<double>(evidence.groups.size() - 1), "kind"));
  return text;
}

std::string share_advice(const finding::Leak& leak) {
  const auto& group = leak.connections->groups.front();
  if (group.sequence.empty() && !leak.opener)
    return fmt::format("Find what connects to {} and asks nothing, and close its connection: in {} each stays open.",
                       server_name(group.server), code(leak.of.variant));
  const std::string who = leak.opener ? code(chain_text(*leak.opener), 400)
                                      : "whatever asks for " + code(sequence_text(group), 200);
  return fmt::format(
      "Let {} use one client for all its calls, or close the client that it makes for a call: in {} each left a "
      "connection that stays idle.",
      who, code(leak.of.variant));
}

std::string opener(const finding::Leak& leak) {
  const auto& opener = *leak.opener;
  return fmt::format("they were opened by {}: {} more that it had allocated {} on, one for each of them",
                     code(chain_text(opener), 400), counted(opener.objects, "object"),
                     std::llround(opener.objects) == 1 ? "lives" : "live");
}

std::string nothing_changed(const finding::WireAgainst& wire) {
  std::vector<std::string> facts;
  std::vector<std::string> servers;
  for (const auto& [name, after] : wire.after.servers) {
    servers.push_back(server_name(name));
    const auto before = wire.before.servers.find(name);
    if (name != "docker" || before == wire.before.servers.end()) continue;
    facts.push_back(fmt::format("{} of {} requests asked to close", whole(static_cast<double>(after.asked_to_close)),
                                whole(static_cast<double>(after.requests))));
    facts.push_back(fmt::format("{:.1f} requests a connection before and {:.1f} after",
                                before->second.requests_per_connection(), after.requests_per_connection()));
    facts.push_back(fmt::format("{:.1f} and {:.1f} connections opened a minute",
                                wire.before.a_minute(before->second.connections_opened),
                                wire.after.a_minute(after.connections_opened)));
  }
  std::string text = fmt::format("nothing that {} can see changed", fmt::join(servers, " or "));
  if (!facts.empty()) text += fmt::format(" ({})", fmt::join(facts, ", "));
  if (wire.wire.patches_keep_alives) {
    text += ": the option does not reach the client that talks to Docker";
  } else if (wire.wire.patches_transport) {
    text += ": the option does not reach the client that talks to it, or never came to bear";
  }
  return text;
}

std::string changed(const finding::WireAgainst& wire) {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> parts;
  std::string server;
  for (const auto& change : wire.wire.changes) {
    if (parts.size() == kMost) break;
    const std::string whose = std::exchange(server, change.server) == change.server
                                  ? ""
                                  : server_name(change.server) + " sees ";
    parts.push_back(whose + change_text(change));
  }
  std::string text = fmt::format("{}", fmt::join(parts, ", "));
  if (wire.wire.changes.size() > kMost)
    text += fmt::format(" and {} more", counted(static_cast<double>(wire.wire.changes.size() - kMost), "thing"));
  return text;
}

}  // namespace leakrig::words
