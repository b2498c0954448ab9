#include "harness/analysis/ledger_view.h"

#include <algorithm>
#include <array>
#include <limits>
#include <tuple>

#include "harness/stats/poisson.h"

namespace leakrig {
namespace {

struct Request {
  double opened_s = 0;
  double closed_s = std::numeric_limits<double>::infinity();
  double superseded_s = std::numeric_limits<double>::infinity();
  std::string endpoint;

  bool open_at(double t) const { return opened_s <= t && closed_s > t; }
  bool superseded_at(double t) const { return open_at(t) && superseded_s <= t; }
};

std::vector<Request> docker_requests(const std::vector<LedgerEntry>& ledger) {
  std::vector<Request> requests;
  std::map<std::uint64_t, std::size_t> by_id;
  std::map<std::tuple<std::string, std::string, pid_t>, std::size_t> newest;
  for (const auto& entry : ledger) {
    if (entry.server != "docker") continue;
    if (entry.event == LedgerEvent::request_opened) {
      const auto index = requests.size();
      requests.push_back({});
      requests.back().opened_s = entry.t_s;
      requests.back().endpoint = entry.endpoint;
      by_id[entry.request] = index;
      const auto [previous, first] =
          newest.try_emplace({entry.endpoint, entry.container, entry.peer_pid}, index);
      if (!first) {
        requests[previous->second].superseded_s = entry.t_s;
        previous->second = index;
      }
    } else if (entry.event == LedgerEvent::request_closed) {
      if (const auto found = by_id.find(entry.request); found != by_id.end()) {
        requests[found->second].closed_s = entry.t_s;
        by_id.erase(found);
      }
    }
  }
  return requests;
}

/// One stream left open in twenty replacements may be an accident; one in two is a way of working.
constexpr stats::OrphanTest kOrphanTest{0.05, 0.5, 0.001, 0.001};
constexpr double kOrphanConfidence = 0.95;
/// A request may be closed a moment after the one that replaces it was opened.
constexpr double kClosing_s = 5;

void judge(OrphanRow& row, double minutes) {
  const auto interval = stats::poisson_rate(row.orphaned, minutes, kOrphanConfidence);
  row.ci = std::array{interval.low, interval.high};
  row.verdict = stats::orphan_verdict(row.orphaned, static_cast<double>(row.replaced), kOrphanTest);
}

double openings_per_minute(const std::vector<LedgerEntry>& ledger, LedgerEvent event, double end_s) {
  if (end_s <= 0) return 0;
  const auto count = std::count_if(ledger.begin(), ledger.end(), [&](const LedgerEntry& entry) {
    return entry.event == event && entry.t_s >= 0 && entry.t_s <= end_s;
  });
  return static_cast<double>(count) / (end_s / 60);
}

}  // namespace

std::vector<OrphanRow> find_orphans(const std::vector<LedgerEntry>& ledger, double end_s) {
  std::map<std::string, OrphanRow> rows;
  for (const auto& request : docker_requests(ledger)) {
    auto& row = rows[request.endpoint];
    row.request = request.endpoint;
    row.open_at_start += request.open_at(0) ? 1 : 0;
    row.superseded_at_start += request.superseded_at(0) ? 1 : 0;
    row.open_at_end += request.open_at(end_s) ? 1 : 0;
    if (request.superseded_s >= 0 && request.superseded_s <= end_s - kClosing_s) {
      ++row.replaced;
      row.orphaned += request.open_at(end_s) ? 1 : 0;
    }
    if (request.superseded_at(end_s)) {
      ++row.count;
      row.oldest_s = std::max(row.oldest_s, end_s - request.opened_s);
    }
  }
  std::vector<OrphanRow> out;
  for (auto& [unused, row] : rows) {
    if (row.open_at_end == 0) continue;
    if (end_s > 0) {
      row.rate_per_min =
          (static_cast<double>(row.count) - static_cast<double>(row.superseded_at_start)) / (end_s / 60);
      judge(row, end_s / 60);
    }
    out.push_back(row);
  }
  std::sort(out.begin(), out.end(), [](const OrphanRow& a, const OrphanRow& b) {
    return std::tie(a.count, a.open_at_end) > std::tie(b.count, b.open_at_end);
  });
  return out;
}

double connections_per_minute(const std::vector<LedgerEntry>& ledger, double end_s) {
  return openings_per_minute(ledger, LedgerEvent::connection_opened, end_s);
}

double requests_per_minute(const std::vector<LedgerEntry>& ledger, double end_s) {
  return openings_per_minute(ledger, LedgerEvent::request_opened, end_s);
}

}  // namespace leakrig
