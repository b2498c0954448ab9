#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/terminal.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool is_docker_header(std::string_view line) {
  return line.find("CONTAINER") != std::string_view::npos && line.find("CPU %") != std::string_view::npos &&
         line.find("MEM USAGE") != std::string_view::npos;
}

bool is_json(std::string_view head) {
  const auto line = head.substr(0, head.find('\n'));
  return trimmed(line).starts_with('{') && line.find("\"MemUsage\"") != std::string_view::npos &&
         line.find("\"CPUPerc\"") != std::string_view::npos;
}

/// A table is over where a container comes again.
void number_snapshots(RawTable& table) {
  const auto name = std::find_if(table.columns.begin(), table.columns.end(), [](const RawColumn& c) {
    return lower_case(c.name) == "name" || c.name == "Container";
  });
  if (name == table.columns.end()) return;
  std::set<std::string_view> seen;
  std::uint32_t snapshot = 0;
  for (std::uint32_t row = 0; row < table.rows(); ++row) {
    if (!seen.insert(name->at(row)).second) {
      ++snapshot;
      seen = {name->at(row)};
    }
    table.snapshot.push_back(snapshot);
  }
}

void describe_docker(RawTable& table) {
  for (auto& column : table.columns) {
    if (is_one_of(joined_words(column.name), {"container", "container_id", "id", "name"}))
      column.hint = Hint::label;
  }
}

void read_tables(TextInput& in, RawTable& table) {
  std::vector<std::string> names;
  std::string time;
  std::uint32_t snapshot = 0;
  std::uint64_t others = 0;
  std::size_t first_column = 0;
  std::string_view raw;
  while (in.next_line(raw)) {
    const std::string line = plain_line(raw);
    if (trimmed(line).empty()) continue;
    if (is_docker_header(line)) {
      ++snapshot;
      if (!names.empty()) continue;
      for (const auto& name : wide_separated(line)) names.emplace_back(name);
      if (!time.empty()) {
        table.add_column("time");
        table.time_column = "time";
        first_column = 1;
      }
      for (const auto& name : names) table.add_column(name);
    } else if (is_time_alone(line)) {
      time = std::string{trimmed(line)};
    } else if (const auto cells = wide_separated(line); !names.empty() && cells.size() == names.size()) {
      const auto row = table.begin_row(in.line());
      table.snapshot.push_back(snapshot);
      if (first_column == 1) table.add(0, row, time);
      for (std::size_t i = 0; i < cells.size(); ++i)
        table.add(first_column + i, row, cells[i] == "--" ? "" : cells[i]);
    } else {
      ++others;
    }
  }
  if (others > 0)
    table.notes.push_back(fmt::format("{} lines that are no row of docker stats were passed over", others));
}

}  // namespace

bool is_docker_stats(std::string_view head) {
  if (is_json(head)) return true;
  const auto lines = first_lines(head, 10);
  return std::any_of(lines.begin(), lines.end(),
                     [](std::string_view line) { return is_docker_header(plain_line(line)); });
}

void read_docker_stats(TextInput& in, RawTable& table) {
  if (is_json(in.head())) {
    read_json_rows(in, table);
    number_snapshots(table);
  } else {
    read_tables(in, table);
  }
  describe_docker(table);
}

}  // namespace leakrig
