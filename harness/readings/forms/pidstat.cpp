#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/row_collector.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool is_half(std::string_view word) {
  return is_one_of(lower_case(word), {"am", "pm"});
}

bool is_pidstat_header(const std::vector<std::string_view>& cells) {
  const bool who = std::find(cells.begin(), cells.end(), "PID") != cells.end() ||
                   std::find(cells.begin(), cells.end(), "TGID") != cells.end();
  return who && cells.back() == "Command";
}

void describe_pidstat(RawColumn& column) {
  const std::string& name = column.name;
  if (is_one_of(name, {"UID", "PID", "TGID", "TID", "USER"})) column.hint = Hint::id;
  if (name == "USER" || name == "Command") column.hint = Hint::label;
  if (name == "CPU") {
    column.hint = Hint::own;
    column.why = "the number of the CPU";
  }
  if (name.starts_with('%')) column.hint = Hint::share;
  if (name.ends_with("/s")) column.hint = Hint::rate;
  if (is_one_of(name, {"VSZ", "RSS", "StkSize", "StkRef"})) {
    column.unit = "KiB";
    column.why = "as pidstat writes it";
  }
  if (name == "iodelay" || name == "prio") {
    column.hint = Hint::own;
    column.why = "scheduling";
  }
}

/// "10:00:01 AM kbmemfree kbavail": a time, and names.
bool is_sar_header(const std::vector<std::string_view>& cells) {
  const std::size_t first = cells.size() > 1 && is_half(cells[1]) ? 2 : 1;
  return cells.size() > first && cells[0].find(':') != std::string_view::npos &&
         std::none_of(cells.begin() + static_cast<std::ptrdiff_t>(first), cells.end(), is_value);
}

/// What sar measures of several is told apart by its first column.
void describe_sar(RawColumn& column) {
  const std::string& name = column.name;
  if (is_one_of(name, {"CPU", "IFACE", "DEV", "TTY", "INTR", "BUS", "MOUNTPOINT", "FILESYSTEM", "FCHOST"}))
    column.hint = Hint::label;
  if (name.starts_with('%') || name.starts_with("ldavg")) column.hint = Hint::share;
  if (name.ends_with("/s")) column.hint = Hint::rate;
}

/// The tables of pidstat and of sar, which are of one family.
class SysstatTables {
 public:
  SysstatTables(TextInput& in, RawTable& table, bool sar) : in_(in), table_(table), sar_(sar) {
    table_.add_column("time");
    table_.time_column = "time";
  }

  void take(std::string_view line) {
    auto cells = blank_separated(line);
    if (cells.empty() || cells[0] == "Linux") return;
    if (cells[0] == "Average:") {
      ++averages_;
      return;
    }
    if (line.find("LINUX RESTART") != std::string_view::npos) {
      ++restarts_;
    } else if (sar_ ? is_sar_header(cells) : is_pidstat_header(cells)) {
      take_header(cells);
    } else {
      take_row(line, cells);
    }
  }
  void finish() {
    if (averages_ > 0)
      table_.notes.push_back(fmt::format("{} lines of averages were passed over", averages_));
    if (restarts_ > 0)
      table_.notes.push_back(fmt::format("the machine was started anew {} times in it", restarts_));
  }

 private:
  void take_header(const std::vector<std::string_view>& cells) {
    std::size_t first = 1;
    if (cells[0] == "#") first = 2;  // "# Time UID PID"
    if (cells.size() > 1 && is_half(cells[1])) first = 2;
    columns_.clear();
    for (std::size_t i = first; i < cells.size(); ++i) {
      const auto known = std::find_if(table_.columns.begin(), table_.columns.end(),
                                      [&](const auto& c) { return c.name == cells[i]; });
      columns_.push_back(static_cast<std::size_t>(known - table_.columns.begin()));
      if (known == table_.columns.end())
        (sar_ ? describe_sar : describe_pidstat)(table_.columns[table_.add_column(std::string{cells[i]})]);
    }
  }
  void take_row(std::string_view line, std::vector<std::string_view>& cells) {
    if (columns_.empty()) in_.fail("a row before any header of pidstat or sar");
    std::size_t first = 1;
    std::string time{cells[0]};
    if (cells.size() > 1 && is_half(cells[1])) {
      time += " " + std::string{cells[1]};
      first = 2;
    }
    if (cells.size() < first + columns_.size()) {
      if (!in_.line_was_ended()) return;
      in_.fail(fmt::format("{} cells where the header has {}", cells.size() - std::min(cells.size(), first),
                           columns_.size()));
    }
    // What -u, -r and -v say of one process at one time stands in blocks of their own.
    std::string key = time;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const Hint hint = table_.columns[columns_[i]].hint;
      if (hint == Hint::id || (sar_ && hint == Hint::label)) key += "/" + std::string{cells[first + i]};
    }
    auto [at, added] = rows_.try_emplace(key, table_.rows());
    const auto& first_cells = table_.columns[first_measured()];
    if (!added && first_cells.size() > 0 && first_cells.row(first_cells.size() - 1) >= at->second)
      at->second = table_.rows();
    if (at->second == table_.rows()) {
      table_.begin_row(in_.line());
      table_.add(0, at->second, time);
    }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      auto& column = table_.columns[columns_[i]];
      if (column.size() > 0 && column.row(column.size() - 1) >= at->second) continue;
      const char* begin = cells[first + i].data();
      const bool last = !sar_ && i + 1 == columns_.size();
      table_.add(
          columns_[i], at->second,
          last ? trimmed(line.substr(static_cast<std::size_t>(begin - line.data()))) : cells[first + i]);
    }
  }
  /// A column that this block has and others may not.
  std::size_t first_measured() const {
    for (const std::size_t i : columns_) {
      if (table_.columns[i].hint != Hint::id && table_.columns[i].hint != Hint::label) return i;
    }
    return 0;
  }

  TextInput& in_;
  RawTable& table_;
  std::vector<std::size_t> columns_;
  std::unordered_map<std::string, std::uint32_t> rows_;
  std::uint64_t averages_ = 0;
  std::uint64_t restarts_ = 0;
  bool sar_;
};

void read_sysstat(TextInput& in, RawTable& table, bool sar) {
  SysstatTables rows{in, table, sar};
  std::string_view line;
  while (in.next_line(line)) rows.take(line);
  rows.finish();
}

}  // namespace

bool is_pidstat(std::string_view head) {
  for (const auto& line : first_lines(head, 6, true)) {
    const auto cells = blank_separated(line);
    const bool banner_or_time =
        !cells.empty() && (cells[0] == "#" || cells[0].find(':') != std::string_view::npos);
    if (banner_or_time && is_pidstat_header(cells)) return true;
  }
  return false;
}

void read_pidstat(TextInput& in, RawTable& table) {
  read_sysstat(in, table, false);
}

bool is_sar(std::string_view head) {
  const auto lines = first_lines(head, 6);
  return !lines.empty() && lines.front().starts_with("Linux ") &&
         std::any_of(lines.begin() + 1, lines.end(),
                     [](std::string_view line) { return is_sar_header(blank_separated(line)); });
}

void read_sar(TextInput& in, RawTable& table) {
  read_sysstat(in, table, true);
}

}  // namespace leakrig
