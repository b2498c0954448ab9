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

}  // namespace

std::unique_ptr<ByteSource> utf8_of(std::unique_ptr<ByteSource> source) {
  std::string begun(2, '\0');
  std::size_t got = 0;
  while (got < begun.size()) {
    const std::size_t more = source->read(begun.data() + got, begun.size() - got);
    if (more == 0) break;
    got += more;
  }
  begun.resize(got);
  if (begun == "\xff\xfe") return std::make_unique<Utf16Source>(std::move(source), "UTF-16LE");
  if (begun == "\xfe\xff") return std::make_unique<Utf16Source>(std::move(source), "UTF-16BE");
  return std::make_unique<LookedAtSource>(std::move(begun), std::move(source));
}

}  // namespace leakrig
