#include "harness/history/history.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <SQLiteCpp/VariadicBind.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "harness/core/clock.h"
#include "harness/core/error.h"
#include "harness/core/units.h"
#include "harness/history/schema.h"

namespace leakrig {
namespace {

using nlohmann::json;

constexpr int kPatienceMs = 30'000;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

void record_measurements(SQLite::Database& database, std::int64_t run, const json& variants) {
  SQLite::Statement insert(database,
                           "INSERT INTO measurements(run, variant, metric, unit, judged, rate_per_min, "
                           "ci_low, ci_high, standard_error, tolerance_per_min, verdict) "
                           "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  for (const auto& variant : variants) {
    const json metrics = variant.value("metrics", json::object());
    for (const auto& [name, metric] : metrics.items()) {
      SQLite::bind(insert, run, variant.at("name").get<std::string>(), name, metric.value("unit", ""),
                   metric.value("judged", true) ? 1 : 0, metric.at("rate_per_min").get<double>(),
                   metric.at("ci").at(0).get<double>(), metric.at("ci").at(1).get<double>(),
                   metric.value("standard_error", 0.0), metric.value("tolerance_per_min", 2.0),
                   metric.value("verdict", ""));
      insert.exec();
      insert.reset();
    }
  }
}

SourceState source_of(SQLite::Statement& row, int first) {
  SourceState source;
  source.commit = row.getColumn(first).getString();
  if (!row.getColumn(first + 1).isNull()) source.commit_time = row.getColumn(first + 1).getInt64();
  source.branch = row.getColumn(first + 2).getString();
  source.dirty = row.getColumn(first + 3).getInt() != 0;
  return source;
}

/// SQLite's exceptions as ours, with the file's name.
template <typename Work>
auto naming(const std::string& file, const Work& work) {
  try {
    return work();
  } catch (const SQLite::Exception& e) {
    throw Error(fmt::format("{}: {}", file, e.what()));
  } catch (const json::exception& e) {
    throw UsageError(fmt::format("not a result of leakrig: {}", e.what()));
  }
}

}  // namespace

History::History(const std::filesystem::path& file) {
  naming(file.string(), [&] {
    database_ = std::make_unique<SQLite::Database>(file.string(),
                                                   SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kPatienceMs);
    bring_up_to_date(*database_, file.string());
  });
}

History::~History() = default;

std::int64_t History::record(const json& result, const SourceState& source) {
  return naming(database_->getFilename(), [&] {
    if (!result.is_object() || result.value("schema", "") != "leakrig/result/1")
      throw UsageError("not a result of leakrig (schema leakrig/result/1 is needed)");
    SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
    SQLite::Statement insert(*database_,
                             "INSERT INTO results(recorded_at, scenario, commit_id, commit_time, branch, "
                             "dirty, environment, passed, exit_code, result) "
                             "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(1, rfc3339_nano(SystemClock{}.wall()).substr(0, 19) + "Z");
    insert.bind(2, result.at("scenario").get<std::string>());
    insert.bind(3, source.commit);
    if (source.commit_time) insert.bind(4, *source.commit_time);
    insert.bind(5, source.branch);
    insert.bind(6, source.dirty ? 1 : 0);
    insert.bind(7, dump(result.value("environment", json::object())));
    insert.bind(8, result.value("passed", false) ? 1 : 0);
    insert.bind(9, result.value("exit_code", 3));
    insert.bind(10, dump(result));
    insert.exec();
    const std::int64_t run = database_->getLastInsertRowid();
    record_measurements(*database_, run, result.at("variants"));
    transaction.commit();
    return run;
  });
}

std::vector<HistoryScenario> History::scenarios() const {
  return naming(database_->getFilename(), [&] {
    std::vector<HistoryScenario> out;
    SQLite::Statement rows(
        *database_,
        "SELECT scenario, count(*), count(DISTINCT commit_id), min(recorded_at), max(recorded_at), "
        "(SELECT passed FROM results AS l WHERE l.scenario = r.scenario ORDER BY id DESC LIMIT 1) "
        "FROM results AS r GROUP BY scenario ORDER BY scenario");
    while (rows.executeStep())
      out.push_back({rows.getColumn(0).getString(), rows.getColumn(1).getInt64(),
                     rows.getColumn(2).getInt64(), rows.getColumn(3).getString(),
                     rows.getColumn(4).getString(), rows.getColumn(5).getInt() != 0});
    return out;
  });
}

std::vector<HistorySeries> History::series(const std::string& scenario) const {
  return naming(database_->getFilename(), [&] {
    std::vector<HistorySeries> out;
    SQLite::Statement rows(*database_,
                           "SELECT variant, metric, max(judged) FROM measurements JOIN results ON results.id "
                           "= run WHERE scenario = ? "
                           "GROUP BY variant, metric ORDER BY max(judged) DESC, min(measurements.rowid)");
    rows.bind(1, scenario);
    while (rows.executeStep())
      out.push_back(
          {rows.getColumn(0).getString(), rows.getColumn(1).getString(), rows.getColumn(2).getInt() != 0});
    return out;
  });
}

std::vector<HistoryPoint> History::points(const std::string& scenario, const HistorySeries& series,
                                          const std::string& branch) const {
  return naming(database_->getFilename(), [&] {
    std::vector<HistoryPoint> out;
    SQLite::Statement rows(
        *database_,
        "SELECT results.id, recorded_at, unit, rate_per_min, ci_low, ci_high, standard_error, "
        "tolerance_per_min, "
        "verdict, commit_id, commit_time, branch, dirty FROM measurements JOIN results ON results.id = run "
        "WHERE scenario = ?1 AND variant = ?2 AND metric = ?3 AND (?4 = '' OR branch = ?4) "
        "ORDER BY coalesce(commit_time, strftime('%s', recorded_at) + 0), results.id");
    SQLite::bind(rows, scenario, series.variant, series.metric, branch);
    while (rows.executeStep()) {
      HistoryPoint point;
      point.run = rows.getColumn(0).getInt64();
      point.recorded_at = rows.getColumn(1).getString();
      point.unit = rows.getColumn(2).getString();
      point.rate_per_min = rows.getColumn(3).getDouble();
      point.ci_low = rows.getColumn(4).getDouble();
      point.ci_high = rows.getColumn(5).getDouble();
      point.standard_error = rows.getColumn(6).getDouble();
      point.tolerance_per_min = rows.getColumn(7).getDouble();
      point.verdict = rows.getColumn(8).getString();
      point.source = source_of(rows, 9);
      out.push_back(std::move(point));
    }
    return out;
  });
}

std::optional<json> History::result(std::int64_t run) const {
  return naming(database_->getFilename(), [&]() -> std::optional<json> {
    SQLite::Statement rows(*database_, "SELECT result FROM results WHERE id = ?");
    rows.bind(1, run);
    if (!rows.executeStep()) return std::nullopt;
    return json::parse(rows.getColumn(0).getString());
  });
}

}  // namespace leakrig
