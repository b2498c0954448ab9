#include "harness/collector/log_frames.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <ctime>

namespace leakrig {
namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kStampSize = 30;
constexpr std::string_view kStampForm = "dddd-dd-ddTdd:dd:dd.dddddddddZ";

/// Drops what has been consumed once that is the greater part.
void compact(std::string& buffer, std::size_t& begin) {
  if (begin < buffer.size() / 2) return;
  buffer.erase(0, begin);
  begin = 0;
}

int number(std::string_view digits) {
  int value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::optional<FrameDecoder::Frame> FrameDecoder::next() {
  const auto available = buffer_.size() - begin_;
  if (broken_ || available < kHeader) return std::nullopt;
  const auto byte = [this](std::size_t i) { return static_cast<unsigned char>(buffer_[begin_ + i]); };
  const auto size =
      std::size_t{byte(4)} << 24U | std::size_t{byte(5)} << 16U | std::size_t{byte(6)} << 8U | byte(7);
  if (byte(0) > 3 || byte(1) != 0 || byte(2) != 0 || byte(3) != 0 || size > kMaxPayload) {
    broken_ = true;
    return std::nullopt;
  }
  if (available < kHeader + size) return std::nullopt;
  Frame frame{byte(0), buffer_.substr(begin_ + kHeader, size)};
  begin_ += kHeader + size;
  compact(buffer_, begin_);
  return frame;
}

std::optional<std::string> LineSplitter::next() {
  const auto end = buffer_.find('\n', begin_);
  if (end == std::string::npos) return std::nullopt;
  auto line = buffer_.substr(begin_, end - begin_);
  if (line.ends_with('\r')) line.pop_back();
  begin_ = end + 1;
  compact(buffer_, begin_);
  return line;
}

std::optional<Nanos> parse_rfc3339_nano(std::string_view text) {
  if (text.size() != kStampSize) return std::nullopt;
  for (std::size_t i = 0; i < kStampSize; ++i) {
    const auto digit = text[i] >= '0' && text[i] <= '9';
    if (kStampForm[i] == 'd' ? !digit : text[i] != kStampForm[i]) return std::nullopt;
  }
  std::tm utc{};
  utc.tm_year = number(text.substr(0, 4)) - 1900;
  utc.tm_mon = number(text.substr(5, 2)) - 1;
  utc.tm_mday = number(text.substr(8, 2));
  utc.tm_hour = number(text.substr(11, 2));
  utc.tm_min = number(text.substr(14, 2));
  utc.tm_sec = number(text.substr(17, 2));
  return std::chrono::seconds{::timegm(&utc)} + Nanos{number(text.substr(20, 9))};
}

std::string format_since(Nanos since_epoch) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  return fmt::format("{}.{:09}", seconds.count(), (since_epoch - seconds).count());
}

std::optional<LogLine> parse_stamped_line(std::string_view line) {
  const auto epoch = parse_rfc3339_nano(line.substr(0, kStampSize));
  if (!epoch) return std::nullopt;
  const auto text = line.size() > kStampSize ? line.substr(kStampSize + 1) : std::string_view{};
  return LogLine{*epoch, std::string{text}};
}

}  // namespace leakrig
