#include "harness/readings/utf16_source.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "harness/core/error.h"

namespace leakrig {
namespace {

/// The bytes that were looked at for the mark, and then the rest.
class LookedAtSource final : public ByteSource {
 public:
  LookedAtSource(std::string begun, std::unique_ptr<ByteSource> rest)
      : begun_(std::move(begun)), rest_(std::move(rest)) {}
  std::size_t read(char* to, std::size_t most) override {
    if (at_ == begun_.size()) return rest_->read(to, most);
    const std::size_t size = std::min(most, begun_.size() - at_);
    std::memcpy(to, begun_.data() + at_, size);
    at_ += size;
    return size;
  }
  std::size_t expected_bytes() const override { return rest_->expected_bytes(); }

 private:
  std::string begun_;
  std::size_t at_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

class Utf16Source final : public ByteSource {
 public:
  Utf16Source(std::unique_ptr<ByteSource> source, const char* encoding)
      : source_(std::move(source)), converter_(::iconv_open("UTF-8", encoding)) {
    if (converter_ == reinterpret_cast<iconv_t>(-1))
      throw UsageError("UTF-16 cannot be converted on this system");
  }
  ~Utf16Source() override { ::iconv_close(converter_); }
  Utf16Source(const Utf16Source&) = delete;
  Utf16Source& operator=(const Utf16Source&) = delete;

  std::size_t read(char* to, std::size_t most) override {
    char* out = to;
    std::size_t room = most;
    while (out == to && room >= 4) {
      const std::size_t before = pending_.size();
      pending_.resize(std::max<std::size_t>(before + 2, most / 4));
      const std::size_t got = source_->read(pending_.data() + before, pending_.size() - before);
      pending_.resize(before + got);
      if (got == 0) return 0;  // an odd byte at the very end is no character
      char* in = pending_.data();
      std::size_t left = pending_.size();
      if (::iconv(converter_, &in, &left, &out, &room) == static_cast<std::size_t>(-1) && errno == EILSEQ)
        throw UsageError("begins as UTF-16, and is none further on");
      pending_.erase(0, pending_.size() - left);
    }
    return static_cast<std::size_t>(out - to);
  }

 private:
  std::unique_ptr<ByteSource> source_;
  iconv_t converter_;
  std::string pending_;
};

constexpr std::size_t kLook = 64;

/// Without the two bytes of the mark.
std::unique_ptr<ByteSource> rest_of(const std::string& begun, std::unique_ptr<ByteSource> source) {
  return std::make_unique<LookedAtSource>(begun.substr(2), std::move(source));
}

/// Text of ASCII as UTF-16 has a zero in each second byte and in no other; nothing for other bytes.
const char* utf16_without_mark(std::string_view begun) {
  if (begun.size() < 16 || begun.size() % 2 != 0) return nullptr;
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < begun.size(); ++i) zeros[i % 2] += begun[i] == '\0' ? 1 : 0;
  if (zeros[0] == 0 && zeros[1] == begun.size() / 2) return "UTF-16LE";
  if (zeros[1] == 0 && zeros[0] == begun.size() / 2) return "UTF-16BE";
  return nullptr;
}

}  // namespace

std::unique_ptr<ByteSource> utf8_of(std::unique_ptr<ByteSource> source) {
  std::string begun(kLook, '\0');
  std::size_t got = 0;
  while (got < begun.size()) {
    const std::size_t more = source->read(begun.data() + got, begun.size() - got);
    if (more == 0) break;
    got += more;
  }
  begun.resize(got);
  if (begun.starts_with("\xff\xfe"))
    return std::make_unique<Utf16Source>(rest_of(begun, std::move(source)), "UTF-16LE");
  if (begun.starts_with("\xfe\xff"))
    return std::make_unique<Utf16Source>(rest_of(begun, std::move(source)), "UTF-16BE");
  if (const char* encoding = utf16_without_mark(begun); encoding != nullptr)
    return std::make_unique<Utf16Source>(
        std::make_unique<LookedAtSource>(std::move(begun), std::move(source)), encoding);
  return std::make_unique<LookedAtSource>(std::move(begun), std::move(source));
}

}  // namespace leakrig
