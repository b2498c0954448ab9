#include "harness/readings/unit.h"

#include <algorithm>
#include <array>

#include "harness/readings/words.h"

namespace leakrig {
namespace {

constexpr double kKibi = 1024;
constexpr double kMebi = kKibi * 1024;
constexpr double kGibi = kMebi * 1024;
constexpr double kTebi = kGibi * 1024;

constexpr std::array kUnits{
    Unit{"bytes", Dimension::bytes, 1, "B"},
    Unit{"byte", Dimension::bytes, 1, "B"},
    Unit{"kb", Dimension::bytes, kKibi, "KiB"},
    Unit{"kib", Dimension::bytes, kKibi, "KiB"},
    Unit{"kbytes", Dimension::bytes, kKibi, "KiB"},
    Unit{"kilobytes", Dimension::bytes, kKibi, "KiB"},
    Unit{"mb", Dimension::bytes, kMebi, "MiB"},
    Unit{"mib", Dimension::bytes, kMebi, "MiB"},
    Unit{"mbytes", Dimension::bytes, kMebi, "MiB"},
    Unit{"megabytes", Dimension::bytes, kMebi, "MiB"},
    Unit{"gb", Dimension::bytes, kGibi, "GiB"},
    Unit{"gib", Dimension::bytes, kGibi, "GiB"},
    Unit{"gbytes", Dimension::bytes, kGibi, "GiB"},
    Unit{"gigabytes", Dimension::bytes, kGibi, "GiB"},
    Unit{"tb", Dimension::bytes, kTebi, "TiB"},
    Unit{"tib", Dimension::bytes, kTebi, "TiB"},
    Unit{"%", Dimension::percent, 1, "%"},
    Unit{"percent", Dimension::percent, 1, "%"},
    Unit{"pct", Dimension::percent, 1, "%"},
    Unit{"perc", Dimension::percent, 1, "%"},
    Unit{"percentage", Dimension::percent, 1, "%"},
    Unit{"ns", Dimension::seconds, 1e-9, "ns"},
    Unit{"nanoseconds", Dimension::seconds, 1e-9, "ns"},
    Unit{"us", Dimension::seconds, 1e-6, "us"},
    Unit{"\xc2\xb5s", Dimension::seconds, 1e-6, "us"},
    Unit{"microseconds", Dimension::seconds, 1e-6, "us"},
    Unit{"ms", Dimension::seconds, 1e-3, "ms"},
    Unit{"msec", Dimension::seconds, 1e-3, "ms"},
    Unit{"millis", Dimension::seconds, 1e-3, "ms"},
    Unit{"milliseconds", Dimension::seconds, 1e-3, "ms"},
    Unit{"s", Dimension::seconds, 1, "s"},
    Unit{"sec", Dimension::seconds, 1, "s"},
    Unit{"secs", Dimension::seconds, 1, "s"},
    Unit{"second", Dimension::seconds, 1, "s"},
    Unit{"seconds", Dimension::seconds, 1, "s"},
    Unit{"min", Dimension::seconds, 60, "min"},
    Unit{"mins", Dimension::seconds, 60, "min"},
    Unit{"minute", Dimension::seconds, 60, "min"},
    Unit{"minutes", Dimension::seconds, 60, "min"},
    Unit{"h", Dimension::seconds, 3600, "h"},
    Unit{"hour", Dimension::seconds, 3600, "h"},
    Unit{"hours", Dimension::seconds, 3600, "h"},
    Unit{"day", Dimension::seconds, 86400, "d"},
    Unit{"days", Dimension::seconds, 86400, "d"},
};

constexpr std::array kBehindNumbers{
    Unit{"b", Dimension::bytes, 1, "B"},        Unit{"k", Dimension::bytes, kKibi, "KiB"},
    Unit{"m", Dimension::bytes, kMebi, "MiB"},  Unit{"g", Dimension::bytes, kGibi, "GiB"},
    Unit{"t", Dimension::bytes, kTebi, "TiB"},  Unit{"ki", Dimension::bytes, kKibi, "KiB"},
    Unit{"mi", Dimension::bytes, kMebi, "MiB"}, Unit{"gi", Dimension::bytes, kGibi, "GiB"},
};

template <typename Units>
const Unit* find_in(const Units& units, std::string_view word) {
  const auto found =
      std::find_if(units.begin(), units.end(), [&](const Unit& unit) { return unit.word == word; });
  return found == units.end() ? nullptr : &*found;
}

}  // namespace

const Unit* unit_of(std::string_view word, bool behind_number) {
  const std::string lower = lower_case(word);
  if (const auto* unit = find_in(kUnits, lower)) return unit;
  return behind_number ? find_in(kBehindNumbers, lower) : nullptr;
}

const Unit* unit_in_parentheses(std::string_view name) {
  const std::size_t begin = name.find('(');
  if (begin == std::string_view::npos) return nullptr;
  const std::string_view inside = name.substr(begin + 1, name.find(')', begin) - begin - 1);
  if (inside == "By") return unit_of("bytes", false);  // as UCUM and OpenTelemetry write it
  return nullptr;
}

const Unit* unit_in_name(const std::vector<std::string>& words) {
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    const Unit* unit = unit_of(*word, false);
    if (unit == nullptr) continue;
    // "min" beside others is the least of something, and what comes per unit is a rate.
    if (unit->dimension == Dimension::seconds &&
        (words.size() == 1 ? word->size() < 3 : word != words.rbegin() || *word == "min"))
      continue;
    if (word + 1 != words.rend() && *(word + 1) == "per") continue;
    return unit;
  }
  return nullptr;
}

}  // namespace leakrig
