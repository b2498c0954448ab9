#include "harness/analysis/stack_place.h"

#include <charconv>
#include <string_view>

namespace leakrig {

void take_place(AttributionRow& row) {
  // A function's own name may hold parentheses, "main.(*monitor).read", but no space before one.
  constexpr std::string_view kOpen = " (";
  const std::string_view name = row.name;
  const auto open = name.find(kOpen);
  const auto close = name.find(')', open == std::string_view::npos ? 0 : open + kOpen.size());
  if (open == std::string_view::npos || close == std::string_view::npos) return;
  const auto begin = open + kOpen.size();
  const auto place = name.substr(begin, close - begin);
  const auto colon = place.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return;
  std::int64_t line = 0;
  const char* const end = place.data() + place.size();
  const auto [parsed, error] = std::from_chars(place.data() + colon + 1, end, line);
  if (error != std::errc{} || parsed != end || line <= 0) return;

  row.function = std::string{name.substr(0, open)};
  row.file = std::string{place.substr(0, colon)};
  row.line = line;
  row.name.erase(begin, row.file.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace leakrig
