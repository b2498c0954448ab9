#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/readings/cell.h"
#include "harness/readings/raw_table.h"

namespace leakrig {

/// What a column is for. Only a metric is judged.
enum class Role {
  metric,
  time,
  load,
  cycle,
  counter,  ///< counts what has happened: it grows in every program
  uptime,
  start_time,
  id,
  rate,      ///< so much a second
  share,     ///< a percentage
  duration,  ///< how long something takes
  limit,     ///< what there may be at most
  free,      ///< what is left: it falls where something leaks
  part,      ///< of another column
  own,       ///< not the subject's
  label,
  empty,
};
const char* to_string(Role role);

/// A column as understood.
struct Understanding {
  Role role = Role::metric;
  std::string why;                         ///< in a few words: "its name ends in _total"
  Dimension dimension = Dimension::count;  ///< of numbers
  double factor = 1;                       ///< a cell's number by it is bytes, seconds, percent or things
  std::string unit;                        ///< as in the file: "MiB"; empty: none
  std::string unit_why;                    ///< "by its name", "by its cells"
  std::string question;                    ///< what must be asked before it can be judged; empty: nothing
};

/// By the form's hint, the name and the numbers. `values` are of one column in the order of its rows.
Understanding understand_column(const RawColumn& column, const ParsedColumn& parsed);

/// By the name alone; nothing where it says nothing.
std::optional<Understanding> role_by_name(const std::string& name, bool never_falls, bool constant);

/// Whether values of a column of that name tell one program, host or thing from another.
bool is_identity(const std::string& name);

}  // namespace leakrig
