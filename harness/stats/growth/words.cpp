#include "harness/stats/growth/words.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "harness/stats/growth/rate_unit.h"

namespace leakrig::stats {

namespace {

struct ByteUnit {
  double bytes;
  const char* name;
};
constexpr std::array kByteUnits{ByteUnit{1024.0 * 1024 * 1024, " GiB"}, ByteUnit{1024.0 * 1024, " MiB"},
                                ByteUnit{1024, " KiB"}};

/// Three digits; nothing that rounds to nothing has a sign.
std::string three_digits(double value) {
  std::string text = fmt::format("{:.3g}", value);
  if (std::abs(value) >= 1000) text = fmt::format("{:.0f}", value);
  return text == "-0" ? "0" : text;
}

}  // namespace

std::string say_amount(double amount, const GrowthOptions& options) {
  if (!options.in_bytes) return three_digits(amount);
  for (const auto& [bytes, name] : kByteUnits) {
    if (std::abs(amount) >= bytes) return three_digits(amount / bytes) + name;
  }
  return three_digits(amount) + " bytes";
}

std::string say_rate(double per_min, double span_minutes, const GrowthOptions& options) {
  if (!options.per.empty()) return say_amount(per_min, options) + " per 1,000 " + options.per;
  const double largest = options.in_bytes ? per_min / kByteUnits[1].bytes : per_min;
  const RateUnit unit = rate_unit(largest, span_minutes);
  return say_amount(per_min * unit.minutes, options) + std::string{unit.suffix};
}

namespace {

constexpr double kThousand = 1000;

std::string say_counted(double minutes, const GrowthOptions& options) {
  return fmt::format("{:.0f} {}", minutes * kThousand, options.per);
}

}  // namespace

std::string say_moment(double minutes, const GrowthOptions& options) {
  return options.per.empty() ? fmt::format("{:.1f} min", minutes) : say_counted(minutes, options);
}

std::string say_period(double minutes, const GrowthOptions& options) {
  return options.per.empty() ? three_digits(minutes * 60) + " s" : say_counted(minutes, options);
}

}  // namespace leakrig::stats
