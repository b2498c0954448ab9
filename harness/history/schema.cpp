#include "harness/history/schema.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <array>

#include "harness/core/error.h"
#include "harness/history/history.h"

namespace leakrig {
namespace {

/// "lkrg": in the file's header, so that file(1) and we know whose it is.
constexpr int kApplicationId = 0x6c6b7267;

/// Step n makes schema n of schema n - 1. A step that has been released is never changed.
constexpr auto kSteps = std::to_array<const char*>({
    R"(CREATE TABLE results(
         id INTEGER PRIMARY KEY,
         recorded_at TEXT NOT NULL,
         scenario TEXT NOT NULL,
         commit_id TEXT NOT NULL,
         branch TEXT NOT NULL,
         environment TEXT NOT NULL,
         passed INTEGER NOT NULL,
         exit_code INTEGER NOT NULL,
         result TEXT NOT NULL);
       CREATE TABLE measurements(
         run INTEGER NOT NULL REFERENCES results(id),
         variant TEXT NOT NULL,
         metric TEXT NOT NULL,
         unit TEXT NOT NULL,
         judged INTEGER NOT NULL,
         rate_per_min REAL NOT NULL,
         ci_low REAL NOT NULL,
         ci_high REAL NOT NULL,
         tolerance_per_min REAL NOT NULL,
         verdict TEXT NOT NULL,
         PRIMARY KEY(run, variant, metric));
       CREATE INDEX results_by_scenario ON results(scenario, recorded_at);)",
    // The order of commits is not that of their recording, and a tree with changes is not its commit.
    R"(ALTER TABLE results ADD COLUMN commit_time INTEGER;
       ALTER TABLE results ADD COLUMN dirty INTEGER NOT NULL DEFAULT 0;
       ALTER TABLE measurements ADD COLUMN standard_error REAL NOT NULL DEFAULT 0;)",
});
static_assert(kSteps.size() == History::kSchema);

int pragma(SQLite::Database& database, const char* name) {
  return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

}  // namespace

void bring_up_to_date(SQLite::Database& database, const std::string& file) {
  if (pragma(database, "user_version") == History::kSchema &&
      pragma(database, "application_id") == kApplicationId)
    return;
  // Locked before it is looked at again: another may be doing the same.
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  const int version = pragma(database, "user_version");
  const bool empty = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt() == 0;
  if (!empty && pragma(database, "application_id") != kApplicationId)
    throw UsageError(fmt::format("{}: an SQLite file, but not a history of leakrig", file));
  if (version > History::kSchema)
    throw UsageError(fmt::format("{}: of a newer leakrig (schema {}, this one knows {})", file, version,
                                 History::kSchema));
  for (auto step = static_cast<std::size_t>(version); step < kSteps.size(); ++step)
    database.exec(kSteps[step]);
  database.exec(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kApplicationId, History::kSchema));
  transaction.commit();
}

}  // namespace leakrig
