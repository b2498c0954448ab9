#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "harness/probe/socket_table.h"

namespace leakrig {

/// Counts by group, at most kMax groups, so that a subject with ten thousand differently named files costs no
/// ten thousand lines: those that come later count as "(other)". The sum is kept.
class GroupCounts {
 public:
  static constexpr std::size_t kMax = 1000;
  void add(const std::string& group, double count = 1);
  /// Adds the counts to `groups`, which then may hold more than kMax.
  void add_to(std::map<std::string, double>& groups) const;

 private:
  std::map<std::string, double> counts_;
};

/// "UNIX-STREAM" -> "unix", "TCPv6" -> "tcp6", "MPTCP" -> "tcp", others in lower case.
std::string family_of_protocol(std::string_view protocol);

/// What a socket is grouped by, without what differs from one to the next (a client's ephemeral port):
/// "unix established to /run/docker.sock", "tcp listen on 0.0.0.0:80", "tcp close_wait from 10.0.0.3 on port
/// 80". `listening`: the local names of the process's listening sockets, which tell its accepted ones.
std::string socket_label(const SocketInfo& info, const std::set<std::string>& listening);

}  // namespace leakrig
