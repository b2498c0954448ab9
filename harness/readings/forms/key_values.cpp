#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/named_cells.h"
#include "harness/readings/forms/row_collector.h"
#include "harness/readings/forms/terminal.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

struct Pair {
  std::string_view key;
  std::string_view value;
};

bool is_key(std::string_view text) {
  constexpr std::string_view kBeside = "_.-/()%";
  return !text.empty() && text.size() <= 100 && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  kBeside.find(c) != std::string_view::npos;
         });
}

/// "a=1 msg=\"x y\" b=2"; what stands before the first pair is in `before`.
std::vector<Pair> logfmt_pairs(std::string_view line, std::string_view& before) {
  std::vector<Pair> pairs;
  std::size_t at = 0;
  before = {};
  while (at < line.size()) {
    at = line.find_first_not_of(" \t\r,", at);
    if (at == std::string_view::npos) break;
    const std::size_t word_end = std::min(line.find_first_of(" \t\r", at), line.size());
    const std::size_t sign = line.find('=', at);
    if (sign == std::string_view::npos || sign >= word_end || !is_key(line.substr(at, sign - at))) {
      if (pairs.empty()) before = line.substr(0, word_end);
      at = word_end;
      continue;
    }
    std::size_t end = std::min(line.find_first_of(" \t\r", sign), line.size());
    std::string_view value = line.substr(sign + 1, end - sign - 1);
    if (value.starts_with('"')) {
      end = sign + 2;
      while (end < line.size() && (line[end] != '"' || line[end - 1] == '\\')) ++end;
      value = line.substr(sign + 2, end - sign - 2);
      end = std::min(end + 1, line.size());
    } else if (value.ends_with(',')) {
      value.remove_suffix(1);
    }
    pairs.push_back({line.substr(at, sign - at), value});
    at = end;
  }
  return pairs;
}

/// The longest beginning of a line that is a time: "2025-11-06T10:00:00Z" of "2025-11-06T10:00:00Z INFO
/// stats", with or without brackets; empty if there is none.
std::string_view leading_time(std::string_view before) {
  before = trimmed(before);
  if (before.starts_with('[')) before = before.substr(1, before.find(']') - 1);
  for (std::size_t blanks = 0; !before.empty() && blanks < 12; ++blanks) {
    auto time = trimmed(before);
    while (time.ends_with(':') || time.ends_with(',') || time.ends_with(']')) time.remove_suffix(1);
    if (is_time_alone(time)) return time;
    const std::size_t last = before.find_last_of(" \t");
    if (last == std::string_view::npos) break;
    before = before.substr(0, last);
  }
  return {};
}

std::optional<Pair> status_pair(std::string_view line) {
  const std::size_t at = line.find(':');
  if (at == std::string_view::npos || !is_key(trimmed(line.substr(0, at)))) return std::nullopt;
  return Pair{trimmed(line.substr(0, at)), trimmed(line.substr(at + 1))};
}

}  // namespace

bool is_logfmt(std::string_view head) {
  const auto lines = first_lines(head, 50);
  std::size_t several = 0;
  std::size_t numbers = 0;
  for (const auto& line : lines) {
    std::string_view before;
    const auto pairs = logfmt_pairs(line, before);
    several += pairs.size() > 1 || (pairs.size() == 1 && !leading_time(before).empty()) ? 1 : 0;
    numbers +=
        std::any_of(pairs.begin(), pairs.end(), [](const Pair& p) { return is_value(p.value); }) ? 1 : 0;
  }
  return several > 0 && several * 10 >= lines.size() * 9 && numbers * 2 >= lines.size();
}

void read_logfmt(TextInput& in, RawTable& table) {
  NamedCells cells{table};
  std::uint64_t others = 0;
  std::string_view line;
  while (in.next_line(line)) {
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
    std::string_view before;
    const auto pairs = logfmt_pairs(line, before);
    if (pairs.empty()) {
      ++others;
      continue;
    }
    const auto row = table.begin_row(in.line());
    if (const auto time = leading_time(before); !time.empty()) {
      table.time_column = "time";
      cells.add(row, "time", time);
    }
    for (const auto& pair : pairs) cells.add(row, pair.key, pair.value);
  }
  if (others > 0)
    table.notes.push_back(std::to_string(others) + " lines without any KEY=VALUE were passed over");
}

bool is_status(std::string_view head) {
  const auto lines = first_lines(head, 60);
  std::size_t pairs = 0;
  std::size_t numbers = 0;
  for (const auto& line : lines) {
    if (is_time_alone(line)) continue;
    const auto pair = status_pair(line);
    if (!pair) return false;
    ++pairs;
    numbers += is_value(pair->value) ? 1 : 0;
  }
  return pairs > 1 && numbers > 0;
}

/// A key that comes again, or a time, begins a new row.
void read_status(TextInput& in, RawTable& table) {
  NamedCells cells{table};
  std::string time;
  bool in_row = false;
  std::uint32_t row = 0;
  std::string_view line;
  const auto begin = [&] {
    row = table.begin_row(in.line());
    in_row = true;
    if (time.empty()) return;
    table.time_column = "time";
    cells.add(row, "time", time);
  };
  while (in.next_line(line)) {
    if (trimmed(line).empty()) continue;
    if (is_time_alone(line)) {
      if (table.rows() > 0 && table.time_column.empty())
        in.fail("a time stands here, and what is before has none: write the time before each block");
      time = std::string{trimmed(line)};
      in_row = false;
      continue;
    }
    const auto pair = status_pair(line);
    if (!pair) in.fail("neither KEY: VALUE nor a time: \"" + std::string{trimmed(line).substr(0, 60)} + "\"");
    if (!in_row) begin();
    if (cells.add(row, pair->key, pair->value)) continue;
    begin();
    cells.add(row, pair->key, pair->value);
  }
}

}  // namespace leakrig
