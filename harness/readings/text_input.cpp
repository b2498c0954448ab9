#include "harness/readings/text_input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "harness/core/error.h"
#include "harness/readings/utf16_source.h"
#include "harness/readings/windows_text.h"

namespace leakrig {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16U;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string text) : text_(std::move(text)) {}
  std::size_t read(char* to, std::size_t most) override {
    const std::size_t size = std::min(most, text_.size() - at_);
    std::memcpy(to, text_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<ByteSource> samples_in_memory(std::string text) {
  return std::make_unique<MemorySource>(std::move(text));
}

TextInput::TextInput(std::unique_ptr<ByteSource> source, std::string name)
    : source_(utf8_of(std::move(source))), name_(std::move(name)) {
  while (head_.size() < kHead) {
    const std::size_t before = head_.size();
    head_.resize(std::min(kHead, before + kChunk));
    const std::size_t got = source_->read(head_.data() + before, head_.size() - before);
    head_.resize(before + got);
    check(std::string_view{head_}.substr(before));
    if (got == 0) break;
  }
  windows_ = !is_utf8(head_);
  if (windows_) head_ = utf8_of_windows_1252(head_);
  if (std::string_view{head_}.starts_with(kByteOrderMark)) head_.erase(0, kByteOrderMark.size());
}

void TextInput::fail(const std::string& message) const {
  throw UsageError(line_ == 0 ? fmt::format("{}: {}", name_, message)
                              : fmt::format("{}:{}: {}", name_, line_, message));
}

void TextInput::check(std::string_view chunk) const {
  if (std::memchr(chunk.data(), '\0', chunk.size()) != nullptr)
    throw UsageError(fmt::format(
        "{}: not text (it has zero bytes): samples are read as text, such as CSV or JSON", name_));
}

bool TextInput::fill() {
  if (from_head_) {
    buffer_ = head_;
    from_head_ = false;
    return !buffer_.empty();
  }
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t before = buffer_.size();
  buffer_.resize(before + kChunk);
  const std::size_t got = source_->read(buffer_.data() + before, kChunk);
  buffer_.resize(before + got);
  check(std::string_view{buffer_}.substr(before));
  if (windows_) buffer_.replace(before, got, utf8_of_windows_1252(std::string_view{buffer_}.substr(before)));
  return got > 0;
}

bool TextInput::next_line(std::string_view& line) {
  std::size_t searched = at_;
  for (;;) {
    const std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      line = std::string_view{buffer_}.substr(at_, end - at_);
      at_ = end + 1;
      break;
    }
    if (buffer_.size() - at_ > kLongestLine) {
      ++line_;
      fail("a line of more than 1 MiB");
    }
    const std::size_t left = buffer_.size() - at_;
    if (fill()) {
      searched = at_ + left;
      continue;
    }
    if (buffer_.size() == at_) return false;
    ended_ = false;
    line = std::string_view{buffer_}.substr(at_);
    at_ = buffer_.size();
    break;
  }
  ++line_;
  if (line.size() > kLongestLine) fail("a line of more than 1 MiB");
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

std::string_view TextInput::next_chunk() {
  at_ = buffer_.size();
  if (!fill()) return {};
  return std::string_view{buffer_}.substr(at_);
}

}  // namespace leakrig
