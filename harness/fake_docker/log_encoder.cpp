#include "harness/fake_docker/log_encoder.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/core/units.h"
#include "harness/fleet/log_text.h"

namespace leakrig {
namespace {

/// dockerd's copier splits a line that is longer, each part a message of its own.
constexpr std::size_t kLongestMessage = 16 * 1024;
constexpr std::size_t kFrameHeader = 8;

void append_frame_header(std::string& out, bool is_stderr, std::size_t length) {
  const auto byte = [length](int shift) { return static_cast<char>((length >> shift) & 0xff); };
  const char header[kFrameHeader] = {is_stderr ? '\2' : '\1', 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
  out.append(header, kFrameHeader);
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

void LogEncoder::append_message(bool is_stderr, Nanos epoch, std::string_view text, std::string_view line_end,
                                LogFormat format) {
  const auto header_at = message_.size();
  if (format.framed) message_.append(kFrameHeader, '\0');
  if (format.timestamps) {
    message_ += rfc3339_nano(epoch);
    message_ += ' ';
  }
  // Attributes come first after the time stamp; these containers log without any.
  if (format.details) message_ += ' ';
  message_ += text;
  message_ += line_end;
  if (format.framed) {
    std::string header;
    append_frame_header(header, is_stderr, message_.size() - header_at - kFrameHeader);
    message_.replace(header_at, kFrameHeader, header);
  }
}

void LogEncoder::encode(std::size_t container, std::uint64_t first, std::uint64_t end, LogFormat format,
                        EncodedLines& out) {
  out.bytes.clear();
  out.ends.clear();
  out.wanted = 0;
  const auto& info = fleet_->at(container);
  const std::string_view line_end = info.logs.tty ? "\r\n" : "\n";
  for (auto sequence = first; sequence < end; ++sequence) {
    // With a TTY there is one stream, stdout.
    const bool is_stderr = !info.logs.tty && fleet_->goes_to_stderr(container, sequence);
    const auto due = info.timeline.due(sequence);
    if ((is_stderr ? format.to_stderr : format.to_stdout) && due) {
      const auto epoch = clock_->epoch_at(*due);
      text_.clear();
      append_log_line(text_, info.identity.name, sequence, epoch, info.logs.bytes);
      message_.clear();
      std::string_view rest = text_;
      while (rest.size() > kLongestMessage) {
        append_message(is_stderr, epoch, rest.substr(0, kLongestMessage), {}, format);
        rest.remove_prefix(kLongestMessage);
      }
      append_message(is_stderr, epoch, rest, line_end, format);
      if (format.chunked) fmt::format_to(std::back_inserter(out.bytes), "{:x}\r\n", message_.size());
      out.bytes += message_;
      if (format.chunked) out.bytes += "\r\n";
      ++out.wanted;
    }
    out.ends.push_back(static_cast<std::uint32_t>(out.bytes.size()));
  }
}

}  // namespace leakrig
