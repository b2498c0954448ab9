#pragma once

#include <string>

namespace SQLite {
class Database;
}

namespace leakrig {

/// Brings a database to History::kSchema: an empty one from nothing, an older one step by step, all in one
/// transaction that holds the write lock. Throws UsageError naming `file` for a database of something else or
/// of a newer schema.
void bring_up_to_date(SQLite::Database& database, const std::string& file);

}  // namespace leakrig
