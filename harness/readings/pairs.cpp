#include "harness/readings/pairs.h"

#include <algorithm>
#include <optional>

#include "harness/readings/cell.h"
#include "harness/readings/words.h"

namespace leakrig {
namespace {

std::optional<std::pair<std::string_view, std::string_view>> pair_of(std::string_view cell) {
  const std::size_t at = cell.find('/');
  if (at == std::string_view::npos || at + 1 == cell.size()) return std::nullopt;
  const auto first = trimmed(cell.substr(0, at));
  const auto second = trimmed(cell.substr(at + 1));
  const Cell a = parse_cell(first, Decimal::point);
  const Cell b = parse_cell(second, Decimal::point);
  if (a.kind != Cell::Kind::number || b.kind != Cell::Kind::number || a.unit == nullptr || b.unit == nullptr)
    return std::nullopt;
  return std::pair{first, second};
}

std::pair<std::string, std::string> names_of(const std::string& name) {
  const std::size_t at = name.find(" / ");
  if (at != std::string::npos) return {name.substr(0, at), name.substr(at + 3)};
  if (has_word(words_of(name), {"net", "network", "block", "io", "disk"}))
    return {name + " in", name + " out"};
  return {name, name + " limit"};
}

}  // namespace

void split_pairs(RawTable& table) {
  for (std::size_t i = 0, end = table.columns.size(); i < end; ++i) {
    std::size_t pairs = 0;
    for (std::size_t c = 0; c < std::min<std::size_t>(table.columns[i].size(), 20); ++c)
      pairs += pair_of(table.columns[i].text(c)) ? 1 : 0;
    if (pairs * 2 <= std::min<std::size_t>(table.columns[i].size(), 20)) continue;
    const RawColumn both = std::move(table.columns[i]);
    const auto [first_name, second_name] = names_of(both.name);
    table.columns[i] = RawColumn{first_name};
    const std::size_t other = table.add_column(second_name);
    for (std::size_t c = 0; c < both.size(); ++c) {
      const auto pair = pair_of(both.text(c));
      table.add(i, both.row(c), pair ? pair->first : both.text(c));
      table.add(other, both.row(c), pair ? pair->second : "");
    }
  }
}

}  // namespace leakrig
