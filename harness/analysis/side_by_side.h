#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/analysis/findings.h"
#include "harness/analysis/standing.h"
#include "harness/analysis/wire.h"
#include "harness/stats/growth/verdict.h"

namespace leakrig {

/// What the servers saw of a variant, and what its subject was told.
struct SeenVariant {
  Wire wire;
  nlohmann::json subject;  ///< the scenario's, with the variant's patch
};

/// A result.json and where it came from.
struct RecordedResult {
  std::string source;  ///< its path as the user gave it
  nlohmann::json result;
  std::map<std::string, SeenVariant> seen = {};  ///< by variant; empty of a result.json, which has no ledger
};

/// One variant of one of the results, against the first or the one that was chosen.
struct SideBySideRow {
  std::string source;
  std::string date;
  std::string variant;
  std::string label;  ///< unique among the rows: the variant, and its source where two have the same
  bool completed = true;
  std::string verdict;
  stats::Growth growth;  ///< of the metric that is compared
  std::optional<double> tolerance_per_min;  ///< of that metric; nothing: an older result, which has but one
  bool is_reference = false;
  bool collects = true;  ///< false: it was meant to collect nothing
  stats::RateDifference difference;
  Standing standing = Standing::not_compared;  ///< what the difference means
  /// What the servers saw of it against the reference; nothing where one of both has no ledger.
  std::optional<finding::WireAgainst> seen;
  bool is_inert() const { return standing == Standing::inert; }
  // What it cost; negative where it was not measured.
  double peak = 0;
  double lines_written = -1;
  double lines_lost = 0;
  double lines_duplicated = 0;
  double latency_p50_ms = 0;
  double latency_p99_ms = 0;
  double connections_per_min = -1;
  double cpu_s_per_1000_lines = -1;

  /// Of the lines written, 0 to 1; 0 where that was not measured.
  double lost_share() const { return lines_written > 0 ? lines_lost / lines_written : 0; }
};

struct SideBySide {
  std::string metric;
  std::string unit;
  std::vector<SideBySideRow> rows;  ///< the reference first, then by rate, the lowest first
  /// What differs between the results and may matter: another host, kernel or version.
  std::vector<std::string> notes;

  /// What everything said of the table leads with: what is worst against the reference, then what has
  /// improved, starved, is undecided, is the same; of equals the largest difference. Null where there is
  /// nothing but the reference.
  const SideBySideRow* lead() const;
};

/// The variants of several results by one metric. `metric` empty: of those that all have the worst
/// judged one, of equals the first of the catalogue. `reference` empty: the first result's; else a variant's
/// name or label. Throws UsageError that says what differs where they cannot be compared: no result of
/// leakrig, another fleet, time scale or tolerance, or a metric that one of them has not.
SideBySide side_by_side(const std::vector<RecordedResult>& results, std::string metric,
                        const std::string& reference);

/// The rate of a metric's object in a result.json, as far as comparing it needs.
stats::Growth growth_of(const nlohmann::json& metric);

}  // namespace leakrig
