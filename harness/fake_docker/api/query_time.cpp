#include "harness/fake_docker/api/query_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

constexpr std::size_t kMostFraction = 20;
constexpr std::size_t kNanoDigits = 9;
/// What fits into nanoseconds since the epoch.
constexpr std::int64_t kMostSeconds = 9'000'000'000;

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<Nanos> parse_query_time(std::string_view name, std::string_view text) {
  if (text.empty()) return std::nullopt;
  const auto bad = [&] {
    return api_error::bad_parameter(fmt::format("invalid value for \"{}\": \"{}\"", name, text));
  };
  const auto dot = std::min(text.find('.'), text.size());
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + dot, seconds);
  if (error != std::errc{} || end != text.data() + dot) throw bad();
  auto fraction = text.substr(std::min(dot + 1, text.size()));
  if (fraction.size() > kMostFraction || !all_digits(fraction)) throw bad();
  fraction = fraction.substr(0, kNanoDigits);
  std::int64_t nanos = 0;
  for (std::size_t i = 0; i < kNanoDigits; ++i)
    nanos = nanos * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  seconds = std::clamp(seconds, -kMostSeconds, kMostSeconds);
  if (seconds == 0 && nanos == 0) return std::nullopt;
  return Nanos{std::chrono::seconds{seconds}} + Nanos{nanos};
}

}  // namespace leakrig
