#include "harness/readings/lives.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace leakrig {
namespace {

bool is_of_group(const RawColumn& column, const RowGroup& group) {
  return std::all_of(column.labels.begin(), column.labels.end(), [&](const auto& label) {
    const auto wanted = group.of.find(label.first);
    return wanted == group.of.end() || wanted->second == label.second;
  });
}

/// Whether the step from `last` to `value` is one that only a restart makes.
bool is_restart(Role role, double last, double value) {
  switch (role) {
    case Role::uptime:
      return value < last;
    case Role::start_time:
      return std::abs(value - last) > 1.5;
    case Role::counter:
      return value < last * 0.5;
    default:
      return false;
  }
}

std::vector<double> restarts_in(const RawColumn& column, const ParsedColumn& parsed, Role role,
                                const Timeline& line, std::size_t rows) {
  std::vector<double> value_of(rows, NAN);
  for (std::size_t i = 0; i < column.size(); ++i) value_of[column.row(i)] = parsed.values[i];
  std::vector<double> found;
  double last = NAN;
  std::size_t readings = 0;
  for (std::size_t i = 0; i < line.rows.size(); ++i) {
    const double value = value_of[line.rows[i]];
    if (std::isnan(value)) continue;
    if (!std::isnan(last) && is_restart(role, last, value)) found.push_back(line.seconds[i]);
    last = value;
    ++readings;
  }
  // What is set back each few readings is no life's counter.
  if (found.size() * 4 > readings) return {};
  return found;
}

}  // namespace

std::vector<double> restarts_of(const RawTable& table, const UnderstoodTable& understood,
                                const RowGroup& group, Timeline& line) {
  std::vector<double> all = group.changes_s;
  all.insert(all.end(), line.begun_anew.begin(), line.begun_anew.end());
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Role role = understood.columns[i].role;
    if (role != Role::uptime && role != Role::start_time && role != Role::counter) continue;
    if (!is_of_group(table.columns[i], group)) continue;
    const auto found = restarts_in(table.columns[i], understood.parsed[i], role, line, table.rows());
    if (found.empty()) continue;
    all.insert(all.end(), found.begin(), found.end());
    line.notes.push_back(fmt::format("{} {} {}: taken as a restart", table.columns[i].name,
                                     role == Role::start_time ? "changes" : "falls",
                                     found.size() == 1 ? "once" : fmt::format("{} times", found.size())));
  }
  std::sort(all.begin(), all.end());
  std::vector<double> lives;
  for (const double at : all) {
    if (!std::isfinite(at) || (!line.seconds.empty() && at <= line.seconds.front())) continue;
    if (lives.empty() || at - lives.back() > 1.5 * line.step_s) lives.push_back(at);
  }
  return lives;
}

}  // namespace leakrig
