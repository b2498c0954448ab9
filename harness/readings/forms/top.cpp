#include <fmt/format.h>

#include <cmath>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/terminal.h"
#include "harness/readings/time_text.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

void describe_top(RawColumn& column) {
  const std::string& name = column.name;
  if (name == "PID" || name == "PPID" || name == "UID" || name == "TGID") column.hint = Hint::id;
  if (name == "PR" || name == "NI" || name == "P") {
    column.hint = Hint::own;
    column.why = "scheduling";
  }
  if (name == "S" || name == "USER" || name == "COMMAND") column.hint = Hint::label;
  if (name.starts_with('%')) column.hint = Hint::share;
  if (name == "TIME+" || name == "TIME") {
    column.hint = Hint::counter;
    column.why = "CPU time, which only grows";
  }
}

bool is_size(const std::string& name) {
  return is_one_of(name, {"VIRT", "RES", "SHR", "CODE", "DATA", "SWAP", "USED", "RSan", "RSfd", "RSsh",
                          "RSlk", "PSS", "USS"});
}

/// A cell as the table is to have it: sizes are in KiB where they have no letter, TIME+ becomes seconds.
std::string cell_of(const std::string& name, std::string_view text) {
  if (is_size(name) && text.find_first_not_of("0123456789.") == std::string_view::npos)
    return std::string{text} + "K";
  if (name != "TIME+" && name != "TIME") return std::string{text};
  const auto seconds = parse_elapsed_text(text);
  return seconds ? fmt::format("{:g}", *seconds) : std::string{text};
}

}  // namespace

bool is_top(std::string_view head) {
  for (const auto& line : first_lines(head, 5)) {
    if (plain_line(line).starts_with("top - ")) return true;
  }
  return false;
}

void read_top(TextInput& in, RawTable& table) {
  table.add_column("time");
  table.time_column = "time";
  std::vector<std::string> names;
  std::string time;
  bool in_rows = false;
  std::uint64_t summaries = 0;
  std::string_view raw;
  while (in.next_line(raw)) {
    const std::string line = plain_line(raw);
    auto cells = blank_separated(line);
    if (cells.empty()) {
      in_rows = false;
    } else if (line.starts_with("top - ") && cells.size() > 2) {
      time = std::string{cells[2]};
      in_rows = false;
      ++summaries;
    } else if (std::find(cells.begin(), cells.end(), "PID") != cells.end() && cells.back() == "COMMAND") {
      names.assign(cells.begin(), cells.end());
      for (const auto& name : names) {
        const bool known = std::any_of(table.columns.begin(), table.columns.end(),
                                       [&](const auto& c) { return c.name == name; });
        if (!known) describe_top(table.columns[table.add_column(name)]);
      }
      in_rows = true;
    } else if (in_rows && !time.empty()) {
      if (cells.size() < names.size()) {
        if (!in.line_was_ended()) break;
        in.fail(fmt::format("{} cells where top's header has {}", cells.size(), names.size()));
      }
      const auto row = table.begin_row(in.line());
      table.add(0, row, time);
      for (std::size_t i = 0; i < names.size(); ++i) {
        const auto text = i + 1 < names.size()
                              ? cells[i]
                              : trimmed(std::string_view{line}.substr(
                                    static_cast<std::size_t>(cells[i].data() - line.data())));
        for (std::size_t c = 1; c < table.columns.size(); ++c) {
          if (table.columns[c].name == names[i]) table.add(c, row, cell_of(names[i], text));
        }
      }
    }
  }
  table.notes.push_back(
      fmt::format("the summary lines above each of the {} tables of top (tasks, CPU, memory of the machine) "
                  "were passed over",
                  summaries));
}

}  // namespace leakrig
