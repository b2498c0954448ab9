#include "harness/fleet/log_text.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace leakrig {
namespace {

constexpr std::string_view kFiller =
    " level=info msg=\"request served\" method=GET path=/api/v1/items status=200 took=12ms peer=10.0.3.17 "
    "trace=4f1d8a02 cache=hit bytes=5120 upstream=backend retries=0 user=anonymous agent=probe region=eu-1";
constexpr std::size_t kLongestFiller = 65536;

char* write(char* out, std::string_view text) {
  return std::copy(text.begin(), text.end(), out);
}

}  // namespace

char* write_marker(char* out, std::string_view container, std::uint64_t sequence, Nanos due_epoch) {
  constexpr std::size_t kDigits = 20;
  constexpr int kFraction = 9;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(due_epoch);
  auto fraction = static_cast<std::uint64_t>((due_epoch - seconds).count());
  out = write(out, container);
  out = write(out, " seq=");
  out = std::to_chars(out, out + kDigits, sequence).ptr;
  out = write(out, " due=");
  out = std::to_chars(out, out + kDigits, seconds.count()).ptr;
  *out++ = '.';
  for (int digit = kFraction; digit-- > 0; fraction /= 10)
    out[digit] = static_cast<char>('0' + fraction % 10);
  return out + kFraction;
}

std::string_view log_filler(std::size_t length) {
  static const std::string kText = [] {
    std::string text;
    while (text.size() < kLongestFiller) text += kFiller;
    return text;
  }();
  return std::string_view{kText}.substr(0, length);
}

void append_log_line(std::string& out, std::string_view container, std::uint64_t sequence, Nanos due_epoch,
                     std::size_t bytes) {
  const auto begin = out.size();
  out.resize(begin + container.size() + kLongestMarkerTail);
  const auto* const end = write_marker(out.data() + begin, container, sequence, due_epoch);
  out.resize(static_cast<std::size_t>(end - out.data()));
  const auto length = out.size() - begin;
  if (length + 1 < bytes) out += log_filler(bytes - 1 - length);
}

}  // namespace leakrig
