#include <algorithm>
#include <string>
#include <vector>

#include "harness/readings/forms/delimiter.h"
#include "harness/readings/forms/form.h"
#include "harness/readings/forms/named_cells.h"
#include "harness/readings/numbers.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

/// A point of InfluxDB's line protocol: MEASUREMENT[,TAG=VALUE...] FIELD=VALUE[,FIELD=VALUE...] [TIME].
struct Point {
  std::vector<std::string> head;    ///< the measurement, then "TAG=VALUE"
  std::vector<std::string> fields;  ///< "FIELD=VALUE"
  std::string time;                 ///< digits, nanoseconds by default; empty: none
};

/// The pieces between `sign`, outside quotation marks and without the backslashes before signs.
std::vector<std::string> pieces(std::string_view text, char sign) {
  std::vector<std::string> found(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && i + 1 < text.size()) {
      if (sign == ' ') found.back() += c;  // it is taken off with the commas
      found.back() += text[++i];
    } else if (c == sign && !quoted) {
      found.emplace_back();
    } else {
      quoted = quoted != (c == '"');
      found.back() += c;
    }
  }
  return found;
}

bool is_assignment(const std::string& text) {
  const std::size_t at = text.find('=');
  return at != std::string::npos && at > 0 && at + 1 < text.size();
}

/// False if the line is no point.
bool parse_point(std::string_view line, Point& point) {
  const auto parts = pieces(trimmed(line), ' ');
  if (parts.size() < 2 || parts.size() > 3) return false;
  point.head = pieces(parts[0], ',');
  point.fields = pieces(parts[1], ',');
  point.time = parts.size() == 3 ? parts[2] : "";
  return !point.head.front().empty() && point.head.front().find('=') == std::string::npos &&
         std::all_of(point.head.begin() + 1, point.head.end(), is_assignment) &&
         std::all_of(point.fields.begin(), point.fields.end(), is_assignment) &&
         std::all_of(point.time.begin(), point.time.end(), is_digit);
}

/// "12i" and "12u" are whole numbers.
std::string_view field_value(std::string_view text) {
  const bool whole =
      text.size() > 1 && (text.back() == 'i' || text.back() == 'u') && is_digit(text[text.size() - 2]);
  if (whole) text.remove_suffix(1);
  if (text.size() > 1 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

bool is_line_protocol(std::string_view head) {
  const auto lines = first_lines(head, 50);
  Point point;
  return !lines.empty() && std::all_of(lines.begin(), lines.end(), [&](std::string_view line) {
    return parse_point(line, point) && point.time.size() >= 10;
  });
}

void read_line_protocol(TextInput& in, RawTable& table) {
  NamedCells cells{table};
  table.time_column = "time";
  std::string_view line;
  Point point;
  while (in.next_line(line)) {
    if (trimmed(line).empty() || trimmed(line).starts_with('#')) continue;
    if (!parse_point(line, point)) in.fail("no line of InfluxDB's line protocol, as those before are");
    const auto row = table.begin_row(in.line());
    cells.add(row, "time", point.time);
    cells.add(row, "measurement", point.head.front());
    for (std::size_t i = 1; i < point.head.size(); ++i) {
      const auto& tag = point.head[i];
      cells.add(row, tag.substr(0, tag.find('=')), tag.substr(tag.find('=') + 1));
    }
    for (const auto& field : point.fields) {
      const std::size_t at = field.find('=');
      cells.add(row, field.substr(0, at), field_value(std::string_view{field}.substr(at + 1)));
    }
  }
}

}  // namespace leakrig
