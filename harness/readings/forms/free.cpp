#include <algorithm>
#include <string>
#include <vector>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/terminal.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool is_free_header(const std::vector<std::string_view>& cells) {
  return cells.size() >= 3 && cells[0] == "total" && cells[1] == "used" && cells[2] == "free";
}

/// A table of free after another: its rows "Mem:" and "Swap:" are one row of ours.
class FreeTables {
 public:
  FreeTables(TextInput& in, RawTable& table) : in_(in), table_(table) {}

  void take(std::string_view line) {
    const auto cells = blank_separated(line);
    if (cells.empty()) return;
    if (is_free_header(cells)) {
      names_.assign(cells.begin(), cells.end());
      in_table_ = false;
    } else if (is_time_alone(line)) {
      time_ = std::string{trimmed(line)};
      if (table_.rows() > 0 && table_.time_column.empty())
        in_.fail("a time stands here, and the tables before have none: write the time before each table");
    } else if (cells[0].ends_with(':') && !names_.empty()) {
      take_amounts(cells);
    } else {
      in_.fail("no row of free: \"" + std::string{trimmed(line).substr(0, 60)} + "\"");
    }
  }

 private:
  void take_amounts(const std::vector<std::string_view>& cells) {
    if (!in_table_) {
      row_ = table_.begin_row(in_.line());
      in_table_ = true;
      if (!time_.empty()) {
        table_.time_column = "time";
        add("time", time_);
      }
    }
    const std::string what = lower_case(cells[0].substr(0, cells[0].size() - 1));
    for (std::size_t i = 1; i < cells.size() && i <= names_.size(); ++i) {
      const std::size_t column = add(what + " " + names_[i - 1], cells[i]);
      describe(table_.columns[column], names_[i - 1]);
    }
  }
  std::size_t add(const std::string& name, std::string_view text) {
    const auto known = std::find_if(table_.columns.begin(), table_.columns.end(),
                                    [&](const RawColumn& column) { return column.name == name; });
    auto column = static_cast<std::size_t>(known - table_.columns.begin());
    if (known == table_.columns.end()) column = table_.add_column(name);
    table_.add(column, row_, text);
    return column;
  }
  static void describe(RawColumn& column, const std::string& name) {
    // With -h the cells have units of their own.
    const bool plain = column.text(0).find_first_not_of("0123456789") == std::string_view::npos;
    if (plain) column.unit = "KiB";
    column.why = "as free writes it";
    if (name == "total" || name == "buff/cache") column.hint = Hint::own;
    if (name == "free" || name == "available") column.hint = Hint::free;
  }

  TextInput& in_;
  RawTable& table_;
  std::vector<std::string> names_;
  std::string time_;
  bool in_table_ = false;
  std::uint32_t row_ = 0;
};

}  // namespace

bool is_free(std::string_view head) {
  const auto lines = first_lines(head, 4);
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return is_free_header(blank_separated(line)); });
}

void read_free(TextInput& in, RawTable& table) {
  FreeTables tables{in, table};
  std::string_view line;
  while (in.next_line(line)) tables.take(line);
}

}  // namespace leakrig
