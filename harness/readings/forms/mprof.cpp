#include <fmt/format.h>

#include <map>

#include "harness/readings/cell.h"
#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"

namespace leakrig {
namespace {

bool is_plain_number(std::string_view text) {
  return parse_cell(text, Decimal::point).kind == Cell::Kind::number;
}

std::size_t memory_column(RawTable& table, const std::string& name) {
  const std::size_t column = table.add_column(name);
  table.columns[column].unit = "MiB";
  table.columns[column].why = "as mprof writes it";
  table.columns[column].hint = Hint::gauge;
  return column;
}

}  // namespace

bool is_mprof(std::string_view head) {
  const auto lines = first_lines(head, 3);
  for (const auto& line : lines) {
    const auto cells = blank_separated(line);
    if (cells.size() == 3 && cells[0] == "MEM" && is_plain_number(cells[1]) && is_plain_number(cells[2]))
      return true;
  }
  return false;
}

/// memory_profiler's file: MEM MIB TIME, CHLD PID MIB TIME, and FUNC lines of profiled functions.
void read_mprof(TextInput& in, RawTable& table) {
  table.add_column("timestamp");
  table.time_column = "timestamp";
  table.rows_in_any_order = true;
  const std::size_t own = memory_column(table, "memory");
  std::map<std::string, std::size_t, std::less<>> children;
  std::uint64_t others = 0;
  std::string_view line;
  while (in.next_line(line)) {
    const auto cells = blank_separated(line);
    if (cells.empty() || cells[0] == "CMDLINE") continue;
    if (cells[0] == "MEM" && cells.size() == 3) {
      const auto row = table.begin_row(in.line());
      table.add(0, row, cells[2]);
      table.add(own, row, cells[1]);
    } else if (cells[0] == "CHLD" && cells.size() == 4) {
      auto child = children.find(cells[1]);
      if (child == children.end())
        child = children.emplace(cells[1], memory_column(table, fmt::format("memory of child {}", cells[1])))
                    .first;
      const auto row = table.begin_row(in.line());
      table.add(0, row, cells[3]);
      table.add(child->second, row, cells[2]);
    } else if (cells[0] == "FUNC") {
      ++others;
    } else if (!in.line_was_ended()) {
      table.notes.push_back("the last line is cut short, and left out");
    } else {
      in.fail("neither MEM, CHLD, FUNC nor CMDLINE, as mprof writes");
    }
  }
  if (others > 0) table.notes.push_back(fmt::format("{} lines on functions (FUNC) were passed over", others));
}

}  // namespace leakrig
