#include <fmt/format.h>

#include "harness/core/sample.h"
#include "harness/readings/cell.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/json_walker.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// What the rig's own columns mean; others are metrics of the subject.
void understand_columns(RawTable& table) {
  table.time_column = "t_s";
  for (auto& column : table.columns) {
    const std::string& name = column.name;
    if (name == "due_s") {
      column.hint = Hint::own;
      column.why = "when the reading was due";
    } else if (name == "missed" || name == "drain" || name == "replicate" || name == "variant") {
      column.hint = Hint::label;
    } else if (name.starts_with("rig_")) {
      column.hint = Hint::own;
      column.why = "the rig's own footprint";
    } else if (name == metric::kContainers) {
      column.hint = Hint::load;
    } else if (name == metric::kSocketsTcp || name == metric::kSocketsUnix) {
      column.hint = Hint::part;
      column.why = "a part of sockets";
    } else if (name == metric::kDockerConnections || name == metric::kDockerStreams) {
      column.hint = Hint::own;
      column.why = "the fake Docker's side";
    }
  }
}

const RawColumn* column_named(const RawTable& table, const std::string& name) {
  for (const auto& column : table.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

/// Rows of the warm-up, of slots without a reading and of the drain are no part of the measurement.
RawTable measured_part(const RawTable& all) {
  std::vector<bool> out(all.rows(), false);
  std::uint64_t warm_up = 0;
  std::uint64_t drained = 0;
  std::uint64_t missed = 0;
  if (const auto* due = column_named(all, "due_s")) {
    for (std::size_t i = 0; i < due->size(); ++i) {
      const Cell cell = parse_cell(due->text(i), Decimal::point);
      if (cell.kind != Cell::Kind::number || cell.value >= 0) continue;
      out[due->row(i)] = true;
      ++warm_up;
    }
  }
  const auto mark = [&](const char* name, std::uint64_t& count) {
    const auto* column = column_named(all, name);
    if (column == nullptr) return;
    for (std::size_t i = 0; i < column->size(); ++i) {
      if (column->text(i) != "true" || out[column->row(i)]) continue;
      out[column->row(i)] = true;
      ++count;
    }
  };
  mark("drain", drained);
  mark("missed", missed);
  RawTable kept{all.source()};
  kept.form = all.form;
  kept.notes = all.notes;
  std::vector<std::uint32_t> row_of(all.rows(), 0);
  for (std::uint32_t row = 0; row < all.rows(); ++row) {
    if (!out[row]) row_of[row] = kept.begin_row(all.line_of(row));
  }
  for (const auto& column : all.columns) {
    if (column.name == "missed" || column.name == "drain") continue;
    const std::size_t to = kept.add_column(column.name);
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (!out[column.row(i)]) kept.add(to, row_of[column.row(i)], column.text(i));
    }
  }
  if (warm_up > 0)
    kept.notes.push_back(
        fmt::format("{} rows of the warm-up (due before 0) are left out, as watch and run do", warm_up));
  if (drained > 0)
    kept.notes.push_back(
        fmt::format("{} rows were read with the load off (drain), and are left out", drained));
  if (missed > 0) kept.notes.push_back(fmt::format("{} rows are readings that were missed", missed));
  return kept;
}

}  // namespace

bool is_leakrig_jsonl(std::string_view head) {
  const auto line = trimmed(head.substr(0, head.find('\n')));
  return line.starts_with('{') && line.find("\"due_s\":") != std::string_view::npos &&
         line.find("\"t_s\":") != std::string_view::npos &&
         line.find("\"variant\":") != std::string_view::npos;
}

void read_leakrig_jsonl(TextInput& in, RawTable& table) {
  read_json_rows_without("groups", in, table);
  table = measured_part(table);
  understand_columns(table);
}

bool is_leakrig_csv(std::string_view head) {
  const auto line = head.substr(0, head.find_first_of("\r\n"));
  return line.starts_with("variant,") && line.find(",t_s,due_s") != std::string_view::npos;
}

void read_leakrig_csv(TextInput& in, RawTable& table) {
  read_csv(in, table);
  table = measured_part(table);
  understand_columns(table);
}

}  // namespace leakrig
