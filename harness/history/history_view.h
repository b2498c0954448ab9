#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/analysis/rate_history.h"
#include "harness/history/history.h"
#include "harness/stats/change_point.h"

namespace leakrig {

/// One metric of one variant over commits, and where its rate changed.
struct HistoryLine {
  HistorySeries series;
  std::vector<HistoryPoint> points;
  std::vector<stats::Change> changes;  ///< `at` is an index into points
};

/// The points with their changes: find_changes with the tolerance of the last point as margin. A dirty tree's
/// results count as their commit's.
HistoryLine history_line(HistorySeries series, std::vector<HistoryPoint> points);

/// "abc1234", with "+" where the tree had changes; a dash without version control.
std::string commit_text(const SourceState& source);

/// The line as text for a terminal: a row a result with its rate, its interval as a strip on an axis that all
/// rows share, and a row where the rate changed.
std::string history_text(const HistoryLine& line);

/// What the line comes to.
RateHistory rate_history(const HistoryLine& line);

nlohmann::json history_json(const std::string& scenario, const std::vector<HistoryLine>& lines);

}  // namespace leakrig
