#include "harness/readings/forms/terminal.h"

#include <algorithm>

#include "harness/readings/time_text.h"
#include "harness/readings/words.h"

namespace leakrig {

std::string plain_line(std::string_view line) {
  std::string plain;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b' && i + 1 < line.size() && line[i + 1] == '[') {
      i += 2;
      while (i < line.size() && !(line[i] >= '@' && line[i] <= '~')) ++i;
      continue;
    }
    if (line[i] == '\x1b' || line[i] == '\r') continue;
    plain += line[i] == '\t' ? ' ' : line[i];
  }
  return plain;
}

bool is_time_alone(std::string_view line) {
  line = trimmed(line);
  const bool epoch = line.size() >= 10 && line.size() <= 20 &&
                     line.find_first_not_of("0123456789.") == std::string_view::npos;
  return epoch || parse_time_text(line, DayOrder::day_first) || parse_time_text(line, DayOrder::month_first);
}

std::vector<std::string_view> wide_separated(std::string_view line) {
  std::vector<std::string_view> cells;
  for (line = trimmed(line); !line.empty();) {
    const std::size_t end = std::min(line.find("  "), line.find('\t'));
    cells.push_back(trimmed(line.substr(0, end)));
    if (end == std::string_view::npos) break;
    line = trimmed(line.substr(end));
  }
  return cells;
}

}  // namespace leakrig
