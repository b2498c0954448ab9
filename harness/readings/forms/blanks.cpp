#include <algorithm>

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
    std::string_view together{
        begin, static_cast<std::size_t>(cells[count - 1].data() + cells[count - 1].size() - begin)};
    if (together.ends_with(':') || together.ends_with(',')) together.remove_suffix(1);
    if (parse_time_text(together, DayOrder::day_first) || parse_time_text(together, DayOrder::month_first))
      return count;
  }
  return 1;
}

void join_first(std::vector<std::string_view>& cells, std::size_t count) {
  const char* begin = cells[0].data();
  cells[0] = {begin, static_cast<std::size_t>(cells[count - 1].data() + cells[count - 1].size() - begin)};
  if (cells[0].ends_with(':') || cells[0].ends_with(',')) cells[0].remove_suffix(1);
  cells.erase(cells.begin() + 1, cells.begin() + static_cast<std::ptrdiff_t>(count));
}

/// The first lines without those that are a time alone, as a loop with `date` writes them.
std::vector<std::string_view> lines_of_tables(std::string_view head, std::size_t most) {
  auto lines = first_lines(head, most);
  std::erase_if(lines, is_time_alone);
  return lines;
}

/// Rows of columns between blanks, into a collector. Where a time stands alone above the first of them, each
/// row has the time above it as a column of its own.
class BlankRows {
 public:
  BlankRows(TextInput& in, RawTable& table) : in_(in), table_(table), rows_(in, table) {
    const auto first = lines_of_tables(in.head(), 6);
    if (!first.empty())
      data_width_ = blank_separated(first[std::min<std::size_t>(first.size(), 3) - 1]).size();
  }

  void take(std::string_view line) {
    auto cells = blank_separated(line);
    if (cells.empty()) return;
    if (is_time_alone(line) && (timed_ || !rows_.has_header())) {
      time_ = std::string{trimmed(line)};
      timed_ = true;
      return;
    }
    const bool comment = cells[0].starts_with('#');
    if (rows_.has_header()) {
      take_row(cells, comment);
    } else {
      take_first(line, cells, comment);
    }
  }
  void finish() {
    if (timed_ && table_.has_header) table_.time_column = "time";
    rows_.finish(in_.line_was_ended());
  }

 private:
  void take_first(std::string_view line, std::vector<std::string_view>& cells, bool comment) {
    // Names of several words stand between two blanks or more.
    auto wide = wide_separated(comment ? trimmed(line).substr(1) : line);
    std::string marked;
    if (wide.size() == data_width_ && cells.size() != data_width_) {
      if (comment) {
        marked = "#" + std::string{wide[0]};
        wide[0] = marked;
      }
      pass_on(wide, comment);
      return;
    }
    if (comment && cells[0] == "#" && cells.size() == data_width_ + 1) {
      marked = "#" + std::string{cells[1]};
      cells.erase(cells.begin());
      cells[0] = marked;
    }
    if (const auto pieces = pieces_of_time(cells, 7); !comment && pieces > 1) join_first(cells, pieces);
    pass_on(cells, comment);
  }
  void take_row(std::vector<std::string_view>& cells, bool comment) {
    const std::size_t width = rows_.header().size() - (timed_ ? 1 : 0);
    if (!comment && cells.size() > width) {
      const std::size_t pieces = pieces_of_time(cells, cells.size() - width + 1);
      if (pieces > 1) join_first(cells, pieces);
    }
    pass_on(cells, comment);
  }
  void pass_on(std::vector<std::string_view>& cells, bool comment) {
    if (timed_ && !comment) {
      const bool names = std::none_of(cells.begin(), cells.end(), is_value) || is_header_again(cells);
      cells.insert(cells.begin(), names ? std::string_view{"time"} : std::string_view{time_});
    }
    rows_.take(cells, in_.line());
  }
  bool is_header_again(const std::vector<std::string_view>& cells) const {
    const auto& header = rows_.header();
    return table_.has_header && header.size() == cells.size() + 1 &&
           std::equal(cells.begin(), cells.end(), header.begin() + 1);
  }

  TextInput& in_;
  RawTable& table_;
  RowCollector rows_;
  std::size_t data_width_ = 0;
  bool timed_ = false;
  std::string time_;
};

}  // namespace

bool is_blank_separated(std::string_view head) {
  const auto lines = lines_of_tables(head, 50);
  if (lines.empty() || delimiter_of(head) != 0) return false;
  std::size_t several = 0;
  for (const auto& line : lines) several += blank_separated(line).size() > 1 ? 1 : 0;
  return several * 10 >= lines.size() * 9;
}

void read_blank_separated(TextInput& in, RawTable& table) {
  table.decimal_hint = "blanks";
  BlankRows rows{in, table};
  std::string_view line;
  while (in.next_line(line)) rows.take(line);
  rows.finish();
}

}  // namespace leakrig
