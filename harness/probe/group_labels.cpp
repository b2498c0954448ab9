#include "harness/probe/group_labels.h"

#include <algorithm>

namespace leakrig {
namespace {

std::string port_of(const std::string& endpoint) {
  return endpoint.substr(endpoint.rfind(':') + 1);
}
std::string host_of(const std::string& endpoint) {
  return endpoint.substr(0, endpoint.rfind(':'));
}

/// A socket that is connected is an accepted one when its own side is what the process listens on.
bool is_accepted(const SocketInfo& info, const std::set<std::string>& listening) {
  if (info.local.empty()) return false;
  if (info.family == "unix") return true;  // only an accepted one carries a path; a client rarely binds
  return std::any_of(listening.begin(), listening.end(),
                     [&](const std::string& local) { return port_of(local) == port_of(info.local); });
}

}  // namespace

void GroupCounts::add(const std::string& group, double count) {
  const auto found = counts_.find(group);
  if (found != counts_.end()) {
    found->second += count;
  } else if (counts_.size() < kMax) {
    counts_.emplace(group, count);
  } else {
    counts_["(other)"] += count;
  }
}

void GroupCounts::add_to(std::map<std::string, double>& groups) const {
  for (const auto& [group, count] : counts_) groups[group] += count;
}

std::string family_of_protocol(std::string_view protocol) {
  if (protocol.starts_with("UNIX")) return "unix";
  if (protocol == "MPTCP") return "tcp";
  if (protocol == "MPTCPv6") return "tcp6";
  if (protocol.ends_with("v6")) return family_of_protocol(protocol.substr(0, protocol.size() - 2)) + "6";
  std::string family{protocol};
  std::transform(family.begin(), family.end(), family.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return family;
}

std::string socket_label(const SocketInfo& info, const std::set<std::string>& listening) {
  std::string label = info.family.empty() ? "unknown" : info.family;
  if (!info.state.empty()) label += " " + info.state;
  if (info.state == "listen") return info.local.empty() ? label : label + " on " + info.local;
  if (is_accepted(info, listening)) {
    if (info.family == "unix") return label + " on " + info.local;
    return (info.peer.empty() ? label : label + " from " + host_of(info.peer)) + " on port " +
           port_of(info.local);
  }
  return info.peer.empty() ? label : label + " to " + info.peer;
}

}  // namespace leakrig
