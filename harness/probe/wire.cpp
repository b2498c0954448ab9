#include "harness/probe/wire.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "harness/core/error.h"

namespace leakrig {

std::optional<std::uint64_t> WireReader::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
    const auto byte = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

std::optional<std::string_view> WireReader::take(std::uint64_t count) {
  if (count > rest_.size()) return std::nullopt;
  const auto taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<WireReader::Field> WireReader::next() {
  if (broken_ || rest_.empty()) return std::nullopt;
  broken_ = true;  // until the field is whole
  const auto tag = varint();
  if (!tag || (*tag >> 3U) == 0 || (*tag >> 3U) > 0x1fffffffU) return std::nullopt;
  Field field;
  field.number = static_cast<std::uint32_t>(*tag >> 3U);
  std::optional<std::string_view> taken;
  switch (*tag & 7U) {
    case 0:
      if (const auto value = varint()) {
        field.value = *value;
        taken.emplace();
      }
      break;
    case 1:
      taken = take(8);
      break;
    case 2:
      if (const auto length = varint()) taken = take(*length);
      field.delimited = true;
      break;
    case 5:
      taken = take(4);
      break;
    default:
      break;
  }
  if (!taken) return std::nullopt;
  field.bytes = *taken;
  broken_ = false;
  return field;
}

std::string gunzip(std::string_view bytes, std::size_t limit) {
  if (!bytes.starts_with("\x1f\x8b")) return std::string{bytes};
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  if (::inflateInit2(&stream, kGzipOnly) != Z_OK) throw Error("cannot unpack: zlib has no memory");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end{&stream, &::inflateEnd};
  // zlib's interface wants the input writable, and does not write to it.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), ~uInt{0}));
  std::string out;
  std::array<char, 65536> buffer;
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    const int state = ::inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
    if (out.size() > limit)
      throw Error(fmt::format("cannot unpack: it holds more than {} MiB", limit >> 20U));
    if (state == Z_STREAM_END) return out;
    if (state != Z_OK) throw Error("cannot unpack: the gzip data is damaged or cut short");
  }
}

}  // namespace leakrig
