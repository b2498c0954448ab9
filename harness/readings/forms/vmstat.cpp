#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool is_banner(std::string_view line) {
  line = trimmed(line);
  while (line.starts_with('-')) line.remove_prefix(1);
  return line.starts_with("procs") && line.find("memory-") != std::string_view::npos &&
         line.find("swap-") != std::string_view::npos;
}

void describe(RawColumn& column) {
  const std::string& name = column.name;
  if (is_one_of(name, {"swpd", "free", "buff", "cache", "inact", "active"})) {
    column.unit = "KiB";
    column.why = "as vmstat writes it";
  }
  if (name == "free") column.hint = Hint::free;
  if (is_one_of(name, {"r", "b"})) {
    column.hint = Hint::own;
    column.why = "processes of the machine that run or wait";
  }
  if (is_one_of(name, {"si", "so", "bi", "bo", "in", "cs"})) {
    column.hint = Hint::rate;
    column.why = "so much a second";
  }
  if (is_one_of(name, {"us", "sy", "id", "wa", "st", "gu"})) {
    column.hint = Hint::share;
    column.why = "a share of the CPU's time";
  }
}

}  // namespace

bool is_vmstat(std::string_view head) {
  const auto lines = first_lines(head, 3);
  return std::any_of(lines.begin(), lines.end(), is_banner);
}

/// Two lines of header, then a line a reading; with -t the last column is a date and a time of day, and its
/// name the zone.
void read_vmstat(TextInput& in, RawTable& table) {
  std::size_t width = 0;
  bool timed = false;
  std::string_view line;
  while (in.next_line(line)) {
    auto cells = blank_separated(line);
    if (cells.empty() || is_banner(line)) continue;
    if (cells[0] == "r" && cells.size() > 1 && cells[1] == "b") {
      if (width > 0) continue;
      timed = cells.back() != "st" && cells.back() != "gu" && cells.back() != "wa";
      width = cells.size();
      for (std::size_t i = 0; i < width; ++i) {
        const bool time = timed && i + 1 == width;
        const std::size_t column = table.add_column(time ? "time" : std::string{cells[i]});
        if (!time) describe(table.columns[column]);
      }
      if (timed) table.time_column = "time";
      continue;
    }
    if (width == 0) in.fail("a row before any header of vmstat");
    if (timed && cells.size() == width + 1) {
      const char* begin = cells[width - 1].data();
      cells[width - 1] = {begin, static_cast<std::size_t>(cells[width].data() + cells[width].size() - begin)};
      cells.pop_back();
    }
    if (cells.size() != width) {
      if (!in.line_was_ended()) break;
      in.fail(fmt::format("{} cells where vmstat's header has {}", cells.size(), width));
    }
    const auto row = table.begin_row(in.line());
    for (std::size_t i = 0; i < width; ++i) table.add(i, row, cells[i]);
  }
  table.notes.push_back(
      "the first reading of vmstat is the mean since the machine was started, for its rates");
}

}  // namespace leakrig
