#include "harness/readings/forms/delimiter.h"

#include <algorithm>
#include <array>
#include <map>

#include "harness/readings/numbers.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

std::size_t cells_in(std::string_view line, char delimiter) {
  std::size_t cells = 1;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == delimiter && !quoted) ++cells;
  }
  return cells;
}

/// Whether the first line of that many cells has names in it: what stands above it is a title then.
bool has_header_below(const std::vector<std::string_view>& lines, char delimiter, std::size_t width) {
  const auto header = std::find_if(lines.begin(), lines.end(),
                                   [&](const auto& line) { return cells_in(line, delimiter) == width; });
  if (header == lines.end()) return false;
  char before = delimiter;
  for (const char c : *header) {
    if (before == delimiter && (is_digit(c) || c == '-' || c == '"')) return false;
    if (c != ' ') before = c;
  }
  return true;
}

/// Of the lines, the share that has as many cells as most have; 0 unless the first has as many too.
double agreement(const std::vector<std::string_view>& lines, char delimiter) {
  std::map<std::size_t, std::size_t> widths;
  for (const auto& line : lines) ++widths[cells_in(line, delimiter)];
  const auto most = std::max_element(widths.begin(), widths.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  const std::size_t first = cells_in(lines.front(), delimiter);
  if (most->first < 2 || (first < 2 && !has_header_below(lines, delimiter, most->first))) return 0;
  const bool fits = first == most->first || first + 1 == most->first || first == most->first + 1;
  return (fits ? 1.0 : 0.5) * static_cast<double>(most->second) / static_cast<double>(lines.size());
}

}  // namespace

std::vector<std::string_view> first_lines(std::string_view head, std::size_t most, bool with_comments) {
  std::vector<std::string_view> lines;
  while (!head.empty() && lines.size() < most) {
    const std::size_t end = head.find_first_of("\n\r");
    // A line that the head cuts off is not whole; a file of one line without an end is.
    if (end == std::string_view::npos && !lines.empty()) break;
    const auto line = head.substr(0, end);
    const bool ruled = line.starts_with('+') && line.find_first_not_of("+-= ") == std::string_view::npos;
    const bool for_excel = lines.empty() && lower_case(line.substr(0, 4)) == "sep=";
    if (!trimmed(line).empty() && !for_excel && !ruled && (with_comments || !trimmed(line).starts_with('#')))
      lines.push_back(line);
    head.remove_prefix(end == std::string_view::npos ? head.size() : end + 1);
  }
  return lines;
}

char delimiter_of(std::string_view head) {
  const auto lines = first_lines(head, 200);
  if (lines.empty()) return 0;
  char best = 0;
  double most = 0;
  for (const char delimiter : std::array{'\t', ';', '|', ','}) {
    const double agreed = agreement(lines, delimiter);
    if (agreed > most + 0.1) {
      most = agreed;
      best = delimiter;
    }
  }
  return best;
}

std::vector<std::string_view> blank_separated(std::string_view line) {
  std::vector<std::string_view> cells;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) return cells;
    line.remove_prefix(begin);
    const std::size_t end = line.find_first_of(" \t\r");
    cells.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return cells;
    line.remove_prefix(end);
  }
}

}  // namespace leakrig
