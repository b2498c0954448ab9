#include "harness/readings/column_role.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "harness/readings/numbers.h"
#include "harness/readings/role_rules.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool never_falls(const std::vector<double>& values) {
  double last = -INFINITY;
  for (const double v : values) {
    if (v < last) return false;
    if (!std::isnan(v)) last = v;
  }
  return true;
}

bool is_constant(const std::vector<double>& values) {
  double first = NAN;
  for (const double v : values) {
    if (std::isnan(v)) continue;
    if (std::isnan(first)) first = v;
    if (v != first) return false;
  }
  return true;
}

/// A counter that is set back at a restart falls now and then; what falls each few readings is none.
bool mostly_rises(const std::vector<double>& values) {
  std::size_t falls = 0;
  std::size_t steps = 0;
  double last = NAN;
  for (const double v : values) {
    if (std::isnan(v)) continue;
    if (!std::isnan(last)) {
      ++steps;
      falls += v < last ? 1 : 0;
    }
    last = v;
  }
  return falls * 10 <= steps;
}

}  // namespace

const char* to_string(Role role) {
  switch (role) {
    case Role::metric:
      return "judged";
    case Role::time:
      return "time";
    case Role::load:
      return "load";
    case Role::cycle:
      return "cycle";
    case Role::counter:
      return "counter";
    case Role::uptime:
      return "uptime";
    case Role::start_time:
      return "start time";
    case Role::id:
      return "id";
    case Role::rate:
      return "rate";
    case Role::share:
      return "percentage";
    case Role::duration:
      return "duration";
    case Role::limit:
      return "limit";
    case Role::free:
      return "free";
    case Role::part:
      return "part";
    case Role::own:
      return "not the subject's";
    case Role::label:
      return "text";
    case Role::empty:
      return "empty";
  }
  return "";
}

namespace {

Role role_of(Hint hint) {
  switch (hint) {
    case Hint::counter:
    case Hint::increments:
      return Role::counter;
    case Hint::rate:
      return Role::rate;
    case Hint::share:
      return Role::share;
    case Hint::duration:
      return Role::duration;
    case Hint::id:
      return Role::id;
    case Hint::label:
    case Hint::metric_name:
      return Role::label;
    case Hint::part:
      return Role::part;
    case Hint::own:
      return Role::own;
    case Hint::load:
      return Role::load;
    case Hint::free:
      return Role::free;
    case Hint::none:
    case Hint::gauge:
    case Hint::metric_value:
      break;
  }
  return Role::metric;
}

/// Memory without a unit: bytes are large and whole, and pages are multiples of 4,096 of them; ps and top
/// write KiB.
void guess_memory_unit(const RawColumn& column, const ParsedColumn& parsed,
                       const std::vector<std::string>& words, Understanding& understood) {
  const double middle = std::abs(rough_middle_of(parsed.values));
  const bool counted = !is_memory_amount(words);
  const bool whole = std::all_of(parsed.values.begin(), parsed.values.end(),
                                 [](double v) { return std::isnan(v) || v == std::trunc(v); });
  const bool pages = whole && middle > 0 &&
                     std::all_of(parsed.values.begin(), parsed.values.end(),
                                 [](double v) { return std::isnan(v) || std::fmod(v, 4096) == 0; });
  if (middle >= 67'108'864 || pages) {
    if (counted && middle < 67'108'864) return;
    understood.dimension = Dimension::bytes;
    understood.unit = "bytes";
    understood.unit_why = "by its size";
    return;
  }
  if (counted || middle == 0) return;
  understood.dimension = Dimension::bytes;
  if (whole && middle >= 1000 && middle < 1'000'000 &&
      has_word(words, {"rss", "vsz", "res", "virt", "shr", "vms"})) {
    understood.factor = 1024;
    understood.unit = "KiB";
    understood.unit_why = "as ps and top write it, by its size";
    return;
  }
  understood.question =
      fmt::format("in which unit is {} ({:g})? Say it with --unit {}=MiB (or bytes, KiB, GiB)", column.name,
                  middle, column.name);
}

/// The index that pandas and R write: 0, 1, 2 ... without a name.
bool is_row_number(const RawColumn& column, const std::vector<double>& values) {
  const bool unnamed = column.name.starts_with("column ") || lower_case(column.name).starts_with("unnamed");
  if (!unnamed || values.size() < 2) return false;
  return std::adjacent_find(values.begin(), values.end(), [](double a, double b) { return b - a != 1; }) ==
         values.end();
}

/// Percentages and times are no stock.
void leave_out_by_unit(Understanding& understood) {
  if (understood.role != Role::metric) return;
  if (understood.dimension == Dimension::percent) {
    understood.role = Role::share;
    understood.why = "a percentage, not a stock";
  }
  if (understood.dimension == Dimension::seconds) {
    understood.role = Role::duration;
    understood.why = "how long something takes";
  }
}

}  // namespace

Understanding understand_column(const RawColumn& column, const ParsedColumn& parsed) {
  const auto words = words_of(column.name);
  Understanding understood;
  const bool constant = is_constant(parsed.values);
  if (column.hint != Hint::none) {
    understood.role = role_of(column.hint);
    understood.why = column.why;
  } else if (is_row_number(column, parsed.values)) {
    understood.role = Role::id;
    understood.why = "a row number";
  } else if (column.name == "containers") {
    understood.role = Role::load;
  } else if (column.name == "cycle_s") {
    understood.role = Role::cycle;
  } else if (column.name.starts_with("rig_")) {
    understood.role = Role::own;
    understood.why = "the rig's own footprint";
  } else if (column.name == "due_s") {
    understood.role = Role::own;
    understood.why = "when the reading was due";
  } else if (const auto named = role_by_name(
                 column.name, never_falls(parsed.values) || mostly_rises(parsed.values), constant)) {
    understood.role = named->role;
    understood.why = named->why;
  }
  const Unit* unit = parsed.unit;
  if (!column.unit.empty()) {
    unit = unit_of(column.unit, true);
    understood.unit_why = column.why.empty() ? "as the form has it" : column.why;
  } else if (unit != nullptr) {
    understood.dimension = unit->dimension;  // the cells' numbers are in it already
    understood.unit = std::string{unit->shown};
    understood.unit_why = "by its cells";
    leave_out_by_unit(understood);
    return understood;
  } else {
    unit = unit_in_parentheses(column.name);
    if (unit == nullptr) unit = unit_in_name(words);
    understood.unit_why = "by its name";
  }
  if (unit != nullptr) {
    understood.dimension = unit->dimension;
    understood.factor = unit->factor;
    understood.unit = std::string{unit->shown};
    if (!column.unit.empty() && column.hint == Hint::none) leave_out_by_unit(understood);
  } else {
    understood.unit_why.clear();
    if (is_memory(words) && understood.role == Role::metric)
      guess_memory_unit(column, parsed, words, understood);
  }
  return understood;
}

}  // namespace leakrig
