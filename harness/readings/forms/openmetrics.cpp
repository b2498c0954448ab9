#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "harness/readings/cell.h"
#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/series_table.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

bool in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == ':' ||
         c == '.';
}

struct Line {
  std::string name;
  std::map<std::string, std::string> labels;
  std::string_view value;
  std::string_view time;
};

void skip_blanks(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

std::string take_name(std::string_view& text) {
  std::size_t size = 0;
  while (size < text.size() && in_name(text[size])) ++size;
  std::string name{text.substr(0, size)};
  text.remove_prefix(size);
  return !name.empty() && name.front() >= '0' && name.front() <= '9' ? std::string{} : name;
}

bool take_quoted(std::string_view& text, std::string& value) {
  if (!text.starts_with('"')) return false;
  for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
    if (text.front() == '"') {
      text.remove_prefix(1);
      return true;
    }
    if (text.front() == '\\' && text.size() > 1) {
      text.remove_prefix(1);
      value += text.front() == 'n' ? '\n' : text.front();
    } else {
      value += text.front();
    }
  }
  return false;
}

bool take_labels(std::string_view& text, std::map<std::string, std::string>& labels) {
  skip_blanks(text);
  if (!text.starts_with('{')) return true;
  for (text.remove_prefix(1);;) {
    skip_blanks(text);
    if (text.starts_with('}')) break;
    const std::string name = take_name(text);
    skip_blanks(text);
    if (name.empty() || !text.starts_with('=')) return false;
    text.remove_prefix(1);
    skip_blanks(text);
    if (!take_quoted(text, labels[name])) return false;
    skip_blanks(text);
    if (text.starts_with(',')) text.remove_prefix(1);
  }
  text.remove_prefix(1);
  return true;
}

bool is_number(std::string_view text) {
  const Cell cell = parse_cell(text, Decimal::point);
  return cell.unit == nullptr &&
         (cell.kind == Cell::Kind::number || (cell.kind == Cell::Kind::gap && lower_case(text) == "nan"));
}

bool parse_line(std::string_view text, Line& line) {
  line = {};
  skip_blanks(text);
  line.name = take_name(text);
  if (line.name.empty() || !take_labels(text, line.labels)) return false;
  auto pieces = blank_separated(text.substr(0, text.find(" #")));
  if (pieces.empty() || pieces.size() > 2 || !is_number(pieces[0])) return false;
  line.value = pieces[0];
  if (pieces.size() == 2) {
    if (!is_number(pieces[1])) return false;
    line.time = pieces[1];
  }
  return true;
}

/// What "# TYPE" says of families, and what that means for a series.
class Types {
 public:
  void take_comment(std::string_view line) {
    const auto pieces = blank_separated(line);
    if (pieces.size() >= 4 && pieces[0] == "#" && pieces[1] == "TYPE")
      types_[std::string{pieces[2]}] = std::string{pieces[3]};
  }
  void describe(RawColumn& column) const {
    const std::string& name = column.name;
    if (type_of(name) == "summary" && column.labels.contains("quantile")) {
      column.hint = Hint::duration;
      column.why = "a quantile of a summary";
      return;
    }
    for (const std::string_view suffix : {"_bucket", "_count", "_sum", "_total", "_created", "_info"}) {
      if (!name.ends_with(suffix)) continue;
      const std::string type = type_of(name.substr(0, name.size() - suffix.size()));
      if (type == "histogram" || type == "summary") {
        column.hint = Hint::counter;
        column.why = "part of a " + type;
      }
      if (suffix == "_created" && !type.empty()) column.hint = Hint::own;
    }
    if (type_of(name) == "counter" ||
        (name.ends_with("_total") && type_of(name.substr(0, name.size() - 6)) == "counter")) {
      column.hint = Hint::counter;
      column.why = "a counter, as its TYPE says";
    }
    if (name.ends_with("_info") || type_of(name) == "info" || type_of(name) == "stateset")
      column.hint = Hint::own;
    if (column.hint == Hint::own) column.why = "no measurement";
  }

 private:
  std::string type_of(const std::string& name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? std::string{} : found->second;
  }
  std::map<std::string, std::string> types_;
};

}  // namespace

bool is_openmetrics(std::string_view head) {
  std::size_t series = 0;
  std::size_t comments = 0;
  Line line;
  for (const auto& text : first_lines(head, 40, true)) {
    if (text.starts_with("# TYPE ") || text.starts_with("# HELP ") || text.starts_with("# EOF") ||
        text.starts_with("# UNIT ")) {
      ++comments;
      continue;
    }
    if (trimmed(text).starts_with('#')) continue;
    if (!parse_line(text, line)) return false;
    ++series;
    if (comments == 0 && line.labels.empty() && line.time.empty()) return false;
  }
  return series > 0;
}

void read_openmetrics(TextInput& in, RawTable& table) {
  SeriesTable series{table, "timestamp"};
  Types types;
  Line line;
  std::uint64_t without_time = 0;
  std::string_view text;
  while (in.next_line(text)) {
    if (trimmed(text).empty()) continue;
    if (trimmed(text).starts_with('#')) {
      types.take_comment(trimmed(text));
      continue;
    }
    if (!parse_line(text, line)) {
      if (!in.line_was_ended()) break;
      in.fail(
          fmt::format("\"{}\" is no series of Prometheus or OpenMetrics text", trimmed(text).substr(0, 60)));
    }
    if (line.time.empty()) {
      ++without_time;
      continue;
    }
    series.add(line.name, line.labels, line.time, line.value, in.line());
  }
  if (table.rows() == 0) {
    in.set_line(0);
    in.fail(
        "Prometheus text without time stamps: a single scrape has no course; let `leakrig watch --metrics "
        "URL` read it again and again");
  }
  if (without_time > 0)
    table.notes.push_back(fmt::format("{} series have no time stamp, and are left out", without_time));
  for (auto& column : table.columns) types.describe(column);
}

}  // namespace leakrig
