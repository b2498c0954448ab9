#include "harness/readings/forms/terminal.h"

#include <algorithm>

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
