#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// Reads protobuf's wire format, as much of it as profile.proto needs. Takes any input; a view into it.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}

  struct Field {
    std::uint32_t number = 0;
    std::uint64_t value = 0;  ///< of a varint or a fixed field
    std::string_view bytes;   ///< of a length-delimited field
    bool delimited = false;
  };
  /// The next field; nothing at the end, and at the first byte that is not of the format: then `broken` is
  /// true.
  std::optional<Field> next();
  bool broken() const { return broken_; }

 private:
  std::optional<std::uint64_t> varint();
  std::optional<std::string_view> take(std::uint64_t count);

  std::string_view rest_;
  bool broken_ = false;
};

/// What gzip holds, or the bytes themselves where they are not gzip's. Throws Error if it is cut short,
/// damaged, or longer than `limit` when unpacked.
std::string gunzip(std::string_view bytes, std::size_t limit);

}  // namespace leakrig
