#include "harness/analysis/connections.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "harness/analysis/connection_replay.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

constexpr std::size_t kMoments = 100;
/// Processes that are told apart; more are a program that starts one for each call.
constexpr std::size_t kMostProcesses = 8;

/// The client processes of a ledger.
class Processes {
 public:
  explicit Processes(const std::vector<LedgerEntry>& ledger) {
    std::set<pid_t> pids;
    for (const auto& entry : ledger) {
      pids.insert(entry.peer_pid);
      if (!entry.peer_name.empty()) names_[entry.peer_pid] = entry.peer_name;
    }
    are_many_ = pids.size() > kMostProcesses;
  }
  /// 0 where they are not told apart.
  pid_t told_apart(pid_t pid) const { return are_many_ ? 0 : pid; }
  std::string name_of(pid_t pid) const {
    const auto found = names_.find(pid);
    return found == names_.end() ? "" : found->second;
  }

 private:
  bool are_many_ = false;
  std::map<pid_t, std::string> names_;
};

/// What makes connections one group: server, whether idle, endpoints with once or often, process, its name, agent.
using GroupKey = std::tuple<std::string, bool, std::vector<std::pair<std::string, bool>>, pid_t, std::string,
                            std::string>;

GroupKey key_of(const Connection& connection, const Processes& processes) {
  std::vector<std::pair<std::string, bool>> endpoints;
  if (connection.is_idle()) {
    for (const auto& [endpoint, times] : connection.answered) endpoints.emplace_back(endpoint, times > 1);
  } else {
    endpoints.emplace_back(connection.carries, false);
  }
  return {connection.server,
          connection.is_idle(),
          std::move(endpoints),
          processes.told_apart(connection.pid),
          processes.name_of(connection.pid),
          connection.user_agent};
}

ConnectionGroup named(const GroupKey& key) {
  ConnectionGroup group;
  std::vector<std::pair<std::string, bool>> endpoints;
  std::tie(group.server, group.is_idle, endpoints, group.pid, group.process, group.user_agent) = key;
  for (auto& [endpoint, often] : endpoints) group.sequence.push_back({std::move(endpoint), 0, 0});
  group.counts.assign(kMoments + 1, 0);
  return group;
}

/// How often a connection of the end carried what, and since when it has been as it is.
void describe(ConnectionGroup& group, const Connection& connection, double end_s) {
  group.oldest_s = std::max(group.oldest_s, end_s - connection.changed_s);
  for (std::size_t i = 0; i < group.sequence.size(); ++i) {
    auto& use = group.sequence[i];
    const auto times = group.is_idle ? connection.answered[i].second : 1;
    use.least = use.most == 0 ? times : std::min(use.least, times);
    use.most = std::max(use.most, times);
  }
}

/// Puts connections into groups; one that has not changed since it was asked for is not looked at again.
class Grouping {
 public:
  explicit Grouping(const Processes& processes) : processes_(processes) {}

  std::size_t index_of(const Connection& connection) {
    auto& [state, index] = known_[&connection];
    if (state == connection.state) return index;
    const auto key = key_of(connection, processes_);
    const auto [found, is_new] = by_key_.try_emplace(key, groups_.size());
    if (is_new) groups_.push_back(named(key));
    state = connection.state;
    return index = found->second;
  }
  std::vector<ConnectionGroup>& groups() { return groups_; }

 private:
  const Processes& processes_;
  std::map<GroupKey, std::size_t> by_key_;
  std::vector<ConnectionGroup> groups_;
  std::unordered_map<const Connection*, std::pair<std::uint64_t, std::size_t>> known_;
};

}  // namespace

ConnectionCensus take_census(const std::vector<LedgerEntry>& ledger, double end_s) {
  ConnectionCensus census;
  if (end_s <= 0) return census;
  const Processes processes(ledger);
  Grouping grouping(processes);
  std::map<std::size_t, std::vector<Occurrence>> arrivals;
  ConnectionReplay replay(ledger);
  for (std::size_t i = 0; i <= kMoments; ++i) {
    const double t_s = end_s * static_cast<double>(i) / kMoments;
    census.times_s.push_back(t_s);
    replay.advance_to(t_s);
    for (const auto& [id, connection] : replay.open()) {
      const auto index = grouping.index_of(connection);
      auto& group = grouping.groups()[index];
      ++group.counts[i];
      if (i < kMoments) continue;
      describe(group, connection, end_s);
      arrivals[index].push_back({connection.changed_s, connection.container});
    }
  }
  for (std::size_t i = 0; i < grouping.groups().size(); ++i) {
    auto& group = grouping.groups()[i];
    group.at_start = group.counts.front();
    group.at_end = group.counts.back();
    group.growth = group.at_end - group.at_start;
    group.rate_per_min = group.growth / (end_s / 60);
    if (const auto found = arrivals.find(i); found != arrivals.end())
      group.period = find_period(found->second);
  }
  census.groups = std::move(grouping.groups());
  std::stable_sort(census.groups.begin(), census.groups.end(),
                   [](const auto& a, const auto& b) { return a.growth > b.growth; });
  return census;
}

bool grows_by_clock(const ConnectionCensus& census) {
  constexpr double kLeastGrowth = 4;
  constexpr double kHardlyBroken = 0.9;
  if (census.groups.empty()) return false;
  const ConnectionGroup& most = census.groups.front();
  return most.growth >= kLeastGrowth && most.period && most.period->unbroken >= kHardlyBroken;
}

std::vector<ConnectionSpan> spans_of(const std::vector<LedgerEntry>& ledger, const ConnectionGroup& group,
                                     double end_s, std::size_t most) {
  const Processes processes(ledger);
  ConnectionReplay replay(ledger);
  replay.advance_to(end_s);
  std::vector<std::pair<std::string, bool>> endpoints;
  for (const auto& use : group.sequence) endpoints.emplace_back(use.endpoint, group.is_idle && use.most > 1);
  const GroupKey wanted{group.server, group.is_idle, endpoints, group.pid, group.process, group.user_agent};
  std::vector<ConnectionSpan> spans;
  for (const auto& [id, connection] : replay.open()) {
    if (key_of(connection, processes) == wanted)
      spans.push_back({connection.opened_s, connection.changed_s, connection.container});
  }
  std::stable_sort(spans.begin(), spans.end(),
                   [](const auto& a, const auto& b) { return a.opened_s < b.opened_s; });
  if (spans.size() > most) spans.resize(most);
  return spans;
}

std::string group_text(const ConnectionGroup& group) {
  std::string text = sequence_text(group) + (group.is_idle ? ": idle" : ": open");
  if (group.period) {
    text += ", every " + significant_text(group.period->every_s, 3) + " s";
    if (group.period->containers > 0) text += ", once a container";
  }
  std::vector<std::string> client;
  if (!group.process.empty())
    client.push_back(group.pid == 0 ? group.process : fmt::format("{} ({})", group.process, group.pid));
  if (!group.user_agent.empty()) client.push_back(group.user_agent);
  if (!client.empty()) text += fmt::format(", from {}", fmt::join(client, ", "));
  return text;
}

std::string sequence_text(const ConnectionGroup& group) {
  if (group.sequence.empty()) return "no request";
  std::string text;
  for (const auto& use : group.sequence) {
    text += (text.empty() ? "" : ", ") + use.endpoint;
    if (use.most <= 1) continue;
    text += use.least == use.most ? fmt::format(" ({} times)", use.most)
                                  : fmt::format(" ({} to {} times)", use.least, use.most);
  }
  return text;
}

}  // namespace leakrig
