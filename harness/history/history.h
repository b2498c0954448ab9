#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

namespace leakrig {

/// What was measured: a state of somebody's source. Empty where it is not under version control.
struct SourceState {
  std::string commit;
  std::optional<std::int64_t> commit_time;  ///< seconds since the epoch
  std::string branch;
  bool dirty = false;  ///< with changes that are not committed
};

/// One metric of one variant of a recorded result.
struct HistoryPoint {
  std::int64_t run = 0;  ///< number of the result in the file
  std::string recorded_at;
  SourceState source;
  std::string unit;
  double rate_per_min = 0;
  double ci_low = 0;
  double ci_high = 0;
  double standard_error = 0;
  double tolerance_per_min = 0;
  std::string verdict;
};

/// A scenario that has results.
struct HistoryScenario {
  std::string name;
  std::int64_t results = 0;
  std::int64_t commits = 0;
  std::string first;
  std::string last;
  bool last_passed = false;
};

/// A line of points: a variant's metric.
struct HistorySeries {
  std::string variant;
  std::string metric;
  bool judged = true;
};

/// Results over commits, in an SQLite file that many may write to at a time and that a killed writer leaves
/// whole (a rollback journal: the file alone is the history, so that a cache or an artifact may hold it).
/// Files of every older schema are brought up to date when they are opened for writing, in one transaction;
/// nothing of them is lost.
class History {
 public:
  static constexpr int kSchema = 2;

  /// Made if it is not there. Throws UsageError for a file that is no history or one of a newer leakrig's,
  /// Error if it cannot be opened.
  explicit History(const std::filesystem::path& file);
  ~History();

  /// Records a result.json of schema leakrig/result/1 as a whole, with its metrics apart. Waits up to half a
  /// minute for other writers; throws Error if it could not be written, UsageError if it is no result.
  /// Returns its number.
  std::int64_t record(const nlohmann::json& result, const SourceState& source);

  std::vector<HistoryScenario> scenarios() const;
  /// The series of a scenario; judged metrics first, in the order in which they were first recorded.
  std::vector<HistorySeries> series(const std::string& scenario) const;
  /// By commit time, where it is known, else by when they were recorded. `branch` empty: all.
  std::vector<HistoryPoint> points(const std::string& scenario, const HistorySeries& series,
                                   const std::string& branch) const;
  /// The whole result.json of a number; nothing if there is none.
  std::optional<nlohmann::json> result(std::int64_t run) const;

 private:
  std::unique_ptr<SQLite::Database> database_;
};

}  // namespace leakrig
