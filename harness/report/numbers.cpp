// The numbers of findings as text: in which unit a rate is told, how small a chance is, how long a span was. With
// format.cpp the only place of report/ that calculates: see tests/report/formatting_only_test.py.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/units.h"
#include "harness/report/format.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"
#include "harness/stats/growth/rate_unit.h"

namespace leakrig {
namespace words {

RateWords unit_of(const finding::Growing& growth) {
  if (!growth.per.empty()) return {1, " per 1,000 " + inline_text(growth.per)};
  double largest = std::max({std::abs(growth.rate_per_min), std::abs(growth.low), std::abs(growth.high)});
  // In the unit that is shown: a memory's rate has a digit from a tenth of a KiB on.
  constexpr double kKibibyte = 1024;
  if (growth.quantity == Quantity::bytes) largest /= kKibibyte;
  const auto unit = stats::rate_unit(largest, growth.span_minutes);
  return {unit.minutes, std::string{unit.suffix}};
}

std::string span(double minutes) {
  if (minutes >= 1) return fmt::format("{:g} min", std::round(minutes * 10) / 10);
  return fmt::format("{:.0f} s", minutes * 60);
}

std::string span(const finding::Growing& growth, double minutes) {
  if (growth.per.empty()) return span(minutes);
  constexpr double kThousand = 1000;
  return fmt::format("{} {}", with_thousands(std::llround(growth.span_minutes * kThousand)), inline_text(growth.per));
}

std::string run_length(const finding::Growing& growth, double minutes) {
  if (growth.per.empty()) return about_minutes_text(minutes);
  constexpr double kThousand = 1000;
  return fmt::format("{} {}", with_thousands(std::llround(std::ceil(minutes) * kThousand)), inline_text(growth.per));
}

std::string tolerance(const finding::Growing& growth) {
  const auto unit = unit_of(growth);
  std::string text =
      tolerance_text(growth.quantity, growth.tolerance_per_min * unit.minutes);
  return text.substr(0, text.rfind('/')) + unit.suffix;
}

std::string chance(const finding::Growing& growth) {
  return fmt::format("chance that it is within {}: {}", tolerance(growth),
                     chance_text(growth.p_within_tolerance));
}

}  // namespace words

std::string estimate_text(const finding::Growing& growth) {
  if (!growth.estimated) return "no estimate";
  const Quantity quantity = growth.quantity;
  const auto unit = words::unit_of(growth);
  const auto number = [&](double per_min) { return rate_number_text(quantity, per_min * unit.minutes); };
  return fmt::format("{}{} ({} {} to {})", number(growth.rate_per_min), unit.suffix,
                     percent_text(growth.level), number(growth.low), number(growth.high));
}

std::string chance_text(double probability) {
  constexpr double kLeast = 0.001;
  if (probability < kLeast) return "< 0.1 %";
  if (probability > 1 - kLeast) return "> 99.9 %";
  return fmt::format("{:.{}f} %", probability * 100, probability < 0.1 || probability > 0.9 ? 1 : 0);
}

}  // namespace leakrig
