#include "harness/fake_docker/logs/log_encoder.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "harness/core/units.h"
#include "harness/fleet/log_text.h"

namespace leakrig {
namespace {

/// dockerd's copier splits a line that is longer, each part a message of its own.
constexpr std::size_t kLongestMessage = SaidLog::kLongestMessage;
constexpr std::size_t kEncodedFrameHeader = 8;

constexpr std::size_t kStamp = 31;          // with its space
constexpr std::size_t kLongestPrefix = 64;  // chunk header, frame header, time stamp, details

std::size_t prefix_length(LogFormat format) {
  // Attributes come first after the time stamp; these containers log without any, which leaves a space.
  return (format.framed ? kEncodedFrameHeader : 0) + (format.timestamps ? kStamp : 0) + (format.details ? 1U : 0U);
}

char* write_chunk_header(char* to, std::size_t length) {
  constexpr std::size_t kDigits = 16;
  to = std::to_chars(to, to + kDigits, length, 16).ptr;
  *to++ = '\r';
  *to++ = '\n';
  return to;
}

}  // namespace

EncodedLines::Cut EncodedLines::cut_at(std::size_t sent) const {
  Cut cut;
  cut.line_end = static_cast<std::uint32_t>(sent);
  std::uint32_t begin = 0;
  for (const auto end : ends) {
    if (begin >= sent && end > begin) break;
    ++cut.finished;
    if (end > begin) ++cut.lines;
    if (end > sent) {
      cut.line_end = end;
      break;
    }
    begin = end;
  }
  return cut;
}

char* LogEncoder::write_prefix(char* to, bool is_stderr, Nanos epoch, std::size_t length, LogFormat format) {
  if (format.framed) {
    const auto payload = length - kEncodedFrameHeader;
    const auto byte = [payload](int shift) { return static_cast<char>((payload >> shift) & 0xff); };
    const char header[kEncodedFrameHeader] = {
        is_stderr ? '\2' : '\1', 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
    to = std::copy(std::begin(header), std::end(header), to);
  }
  if (format.timestamps) {
    const auto second = std::chrono::floor<std::chrono::seconds>(epoch);
    if (second != stamped_second_ || stamp_.empty()) {
      stamp_ = rfc3339_nano(second) + ' ';
      stamped_second_ = second;
    }
    char* const end = std::copy(stamp_.begin(), stamp_.end(), to);
    auto fraction = static_cast<std::uint64_t>((epoch - second).count());
    for (char* digit = end - 3; fraction != 0; fraction /= 10)
      *digit-- = static_cast<char>('0' + fraction % 10);
    to = end;
  }
  if (format.details) *to++ = ' ';
  return to;
}

void LogEncoder::append_line(const Container& container, std::uint64_t sequence, Nanos epoch, bool is_stderr,
                             LogFormat format, std::string& out) {
  constexpr std::size_t kLongestName = 256;
  const auto& name = container.identity.name;
  char marker[kLongestName + kLongestMarkerTail];
  const std::string_view head{
      marker,
      static_cast<std::size_t>(
          write_marker(marker, std::string_view{name}.substr(0, kLongestName), sequence, epoch) - marker)};
  const auto text = std::max(head.size(), container.logs.bytes - 1);
  const bool tty = container.logs.tty;
  const auto length = prefix_length(format) + text + (tty ? 2 : 1);
  char prefix[kLongestPrefix];
  char* end = format.chunked ? write_chunk_header(prefix, length) : prefix;
  end = write_prefix(end, is_stderr, epoch, length, format);
  out.append(prefix, static_cast<std::size_t>(end - prefix));
  out += head;
  out += log_filler(text - head.size());
  out += format.chunked ? (tty ? "\r\n\r\n" : "\n\r\n") : (tty ? "\r\n" : "\n");
}

void LogEncoder::append_long_line(const Container& container, std::uint64_t sequence, Nanos epoch,
                                  bool is_stderr, LogFormat format, std::string& out) {
  text_.clear();
  if (container.inside) {
    if (const auto* const said = container.inside->said.find(sequence)) return append_said(*said, epoch, format, out);
  }
  append_log_line(text_, container.identity.name, sequence, epoch, container.logs.bytes);
  text_ += container.logs.tty ? "\r\n" : "\n";
  // The line end does not count: a line of exactly the limit is one message.
  const auto line_end = container.logs.tty ? 2U : 1U;
  const auto prefix = prefix_length(format);
  const auto messages =
      std::max<std::size_t>(1, (text_.size() - line_end + kLongestMessage - 1) / kLongestMessage);
  char buffer[kLongestPrefix];
  if (format.chunked) {
    const auto* const end = write_chunk_header(buffer, text_.size() + messages * prefix);
    out.append(buffer, static_cast<std::size_t>(end - buffer));
  }
  std::string_view rest = text_;
  for (std::size_t i = 0; i < messages; ++i) {
    const auto part = i + 1 < messages ? rest.substr(0, kLongestMessage) : rest;
    rest.remove_prefix(part.size());
    const auto* const end = write_prefix(buffer, is_stderr, epoch, prefix + part.size(), format);
    out.append(buffer, static_cast<std::size_t>(end - buffer));
    out += part;
  }
  if (format.chunked) out += "\r\n";
}

void LogEncoder::append_said(const SaidLine& said, Nanos epoch, LogFormat format, std::string& out) {
  const bool ends = said.end == SaidLine::End::newline || (said.end == SaidLine::End::output && !format.raw);
  const auto length = prefix_length(format) + said.text.size() + (ends ? 1 : 0);
  char buffer[kLongestPrefix];
  char* end = format.chunked ? write_chunk_header(buffer, length) : buffer;
  end = write_prefix(end, said.stream == 2, epoch, length, format);
  out.append(buffer, static_cast<std::size_t>(end - buffer));
  out += said.text;
  if (ends) out += '\n';
  if (format.chunked) out += "\r\n";
}

void LogEncoder::encode(std::size_t container, std::uint64_t first, std::uint64_t end, LogFormat format,
                        EncodedLines& out) {
  out.bytes.clear();
  out.ends.clear();
  out.wanted = 0;
  const auto& info = fleet_->at(container);
  const bool is_long = info.logs.bytes > kLongestMessage || (info.inside && !info.inside->said.empty());
  for (auto sequence = first; sequence < end; ++sequence) {
    // With a TTY there is one stream, stdout.
    const bool is_stderr = !info.logs.tty && fleet_->goes_to_stderr(container, sequence);
    const auto due = info.timeline.due(sequence);
    if ((is_stderr ? format.to_stderr : format.to_stdout) && due) {
      const auto epoch = clock_->epoch_at(*due);
      (this->*(is_long ? &LogEncoder::append_long_line : &LogEncoder::append_line))(
          info, sequence, epoch, is_stderr, format, out.bytes);
      ++out.wanted;
    }
    out.ends.push_back(static_cast<std::uint32_t>(out.bytes.size()));
  }
}

}  // namespace leakrig
