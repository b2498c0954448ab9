#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace leakrig {

/// Where bytes come from. One thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// At most `most` bytes into `to`; 0 at the end. Throws UsageError if it cannot be read.
  virtual std::size_t read(char* to, std::size_t most) = 0;
  /// How many bytes there will be, where that is known; 0: not known.
  virtual std::size_t expected_bytes() const { return 0; }
};

/// A file, or standard input for "-". Throws UsageError for what is no file of samples: a directory, a
/// device, a socket, a named pipe that nobody writes to for ten seconds.
std::unique_ptr<ByteSource> open_samples(const std::string& path);

/// Text that is in memory.
std::unique_ptr<ByteSource> samples_in_memory(std::string text);

/// The text of a file of samples in order, as UTF-8 without its byte-order mark (UTF-16 with one is
/// converted, and so is what begins as no UTF-8: it is taken for Windows-1252), in bounded memory. Throws
/// UsageError naming source and line for binary content and for a line that has no end.
class TextInput {
 public:
  static constexpr std::size_t kHead = std::size_t{1} << 18U;
  static constexpr std::size_t kLongestLine = std::size_t{1} << 20U;

  TextInput(std::unique_ptr<ByteSource> source, std::string name);

  /// The first kHead bytes, or all of it if it is shorter. Does not move on.
  std::string_view head() const { return head_; }
  const std::string& name() const { return name_; }
  /// Whether it is no UTF-8, and was read as Windows-1252.
  bool was_windows_text() const { return windows_; }
  std::size_t expected_bytes() const { return source_->expected_bytes(); }

  /// The next line without its end; false after the last. Valid until the next call.
  bool next_line(std::string_view& line);
  /// What comes next, in pieces of any size; empty at the end. Not to be mixed with next_line().
  std::string_view next_chunk();

  /// The line that was read last, from 1; of chunks the one that is being counted by the reader.
  std::uint64_t line() const { return line_; }
  void set_line(std::uint64_t line) { line_ = line; }
  /// Whether the last line that next_line() gave ended with a line feed.
  bool line_was_ended() const { return ended_; }

  [[noreturn]] void fail(const std::string& message) const;

 private:
  bool fill();
  void check(std::string_view chunk) const;

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::string head_;
  std::string buffer_;  ///< what was read and not handed out yet, from at_
  std::size_t at_ = 0;
  bool from_head_ = true;
  bool ended_ = true;
  bool windows_ = false;
  std::uint64_t line_ = 0;
};

}  // namespace leakrig
