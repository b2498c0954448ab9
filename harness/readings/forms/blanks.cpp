#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/row_collector.h"
#include "harness/readings/forms/terminal.h"
#include "harness/readings/time_text.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// How many of the first pieces are a time together: "2025-11-06 10:00:00", "10:00:00 AM"; at least one.
std::size_t pieces_of_time(const std::vector<std::string_view>& cells, std::size_t most) {
  for (std::size_t count = std::min(most, cells.size()); count > 1; --count) {
    const char* begin = cells[0].data();
    const std::string_view together{
        begin, static_cast<std::size_t>(cells[count - 1].data() + cells[count - 1].size() - begin)};
    if (parse_time_text(together, DayOrder::day_first) || parse_time_text(together, DayOrder::month_first))
      return count;
  }
  return 1;
}

void join_first(std::vector<std::string_view>& cells, std::size_t count) {
  const char* begin = cells[0].data();
  cells[0] = {begin, static_cast<std::size_t>(cells[count - 1].data() + cells[count - 1].size() - begin)};
  cells.erase(cells.begin() + 1, cells.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

bool is_blank_separated(std::string_view head) {
  const auto lines = first_lines(head, 50);
  if (lines.empty() || delimiter_of(head) != 0) return false;
  std::size_t several = 0;
  for (const auto& line : lines) several += blank_separated(line).size() > 1 ? 1 : 0;
  return several * 10 >= lines.size() * 9;
}

void read_blank_separated(TextInput& in, RawTable& table) {
  table.decimal_hint = "blanks";
  RowCollector rows{in, table};
  const auto first = first_lines(in.head(), 3);
  const std::size_t data_width = first.empty() ? 0 : blank_separated(first.back()).size();
  std::size_t width = 0;
  std::string_view line;
  while (in.next_line(line)) {
    auto cells = blank_separated(line);
    if (cells.empty()) continue;
    const bool comment = cells[0].starts_with('#');
    if (!rows.has_header()) {
      // Names of several words stand between two blanks or more.
      auto wide = wide_separated(comment ? trimmed(line).substr(1) : line);
      std::string marked;
      if (wide.size() == data_width && cells.size() != data_width) {
        if (comment) {
          marked = "#" + std::string{wide[0]};
          wide[0] = marked;
        }
        rows.take(wide, in.line());
        continue;
      }
      if (comment && cells[0] == "#" && cells.size() == data_width + 1) {
        marked = "#" + std::string{cells[1]};
        cells.erase(cells.begin());
        cells[0] = marked;
      }
      if (!comment && is_value(cells[0])) join_first(cells, pieces_of_time(cells, 6));
      rows.take(cells, in.line());
      width = rows.header().size();
      continue;
    }
    width = rows.header().size();
    if (!comment && cells.size() > width) {
      const std::size_t pieces = pieces_of_time(cells, cells.size() - width + 1);
      if (pieces > 1) join_first(cells, pieces);
    }
    rows.take(cells, in.line());
  }
  rows.finish(in.line_was_ended());
}

}  // namespace leakrig
