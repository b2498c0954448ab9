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

std::uint64_t line_of_header(std::string_view head, char delimiter) {
  constexpr std::size_t kMostLooked = 60;
  constexpr std::size_t kFewestRows = 3;
  struct Line {
    std::uint64_t number;
    std::size_t width;
    bool begins_with_digit;
  };
  std::vector<Line> lines;
  std::uint64_t number = 0;
  while (lines.size() < kMostLooked) {
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos) break;
    const auto line = trimmed(head.substr(0, end));
    head.remove_prefix(end + 1);
    ++number;
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t first = line.find_first_not_of("\" +-");
    lines.push_back(
        {number, cells_in(line, delimiter), first != std::string_view::npos && is_digit(line[first])});
  }
  std::map<std::size_t, std::size_t> widths;
  for (const auto& line : lines) ++widths[line.width];
  const auto most = std::max_element(widths.begin(), widths.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == widths.end() || most->first < 2) return 1;
  const auto last =
      std::find_if(lines.rbegin(), lines.rend(), [&](const Line& line) { return line.width != most->first; });
  const auto header = last.base();
  const bool rows_above =
      std::any_of(lines.begin(), header, [](const Line& l) { return l.begins_with_digit; });
  // Titles of one cell are the collector's business.
  const bool titles = std::all_of(lines.begin(), header, [](const Line& l) { return l.width == 1; });
  if (titles || header - lines.begin() < 2 || rows_above ||
      lines.end() - header < static_cast<std::ptrdiff_t>(kFewestRows) || header->begins_with_digit)
    return 1;
  return header->number;
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
  if (best != 0) return best;
  for (const char delimiter : std::array{'\t', ';', ','}) {
    if (line_of_header(head, delimiter) > 1) return delimiter;
  }
  return 0;
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
