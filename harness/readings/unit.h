#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leakrig {

enum class Dimension { count, bytes, seconds, percent };

/// What a value is multiplied by to be in the dimension's own unit: bytes, seconds, percent, or things.
struct Unit {
  std::string_view word;  ///< in lower case, as it stands in a name or behind a number
  Dimension dimension = Dimension::count;
  double factor = 1;
  std::string_view shown;  ///< "KiB"
};

/// "kb", "MiB", "%", "ms"; nothing for other words. A kilobyte is 1,024 bytes, as in /proc, ps and top.
/// Single letters
/// ("k", "m", "g") stand behind numbers only: pass `behind_number`.
const Unit* unit_of(std::string_view word, bool behind_number);

/// The unit in parentheses that only stands there: "heap.size (By)"; nothing if there is none.
const Unit* unit_in_parentheses(std::string_view name);

/// The unit that a name speaks of: "memory_gb", "GC Heap Size (MB)", "rss_bytes"; nothing if there is none.
const Unit* unit_in_name(const std::vector<std::string>& words);

}  // namespace leakrig
