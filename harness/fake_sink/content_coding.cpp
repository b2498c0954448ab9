#include "harness/fake_sink/content_coding.h"

#include <zlib.h>

#include <array>

namespace leakrig {

std::optional<std::variant<std::string, DecodedTooLarge>> inflated(std::string_view coded,
                                                                   std::size_t limit) {
  z_stream stream{};
  constexpr int kGzipOrZlib = 15 + 32;  // zlib.h: the largest window, and the header tells which
  if (::inflateInit2(&stream, kGzipOrZlib) != Z_OK) return std::nullopt;
  struct End {
    z_stream* stream;
    ~End() { ::inflateEnd(stream); }
  } const end{&stream};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));  // NOLINT: zlib's signature
  stream.avail_in = static_cast<uInt>(coded.size());
  std::string out;
  std::array<char, 32 * 1024> piece{};
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = piece.size() - stream.avail_out;
    if (out.size() + made > limit) return DecodedTooLarge{};
    out.append(piece.data(), made);
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      if (::inflateReset(&stream) != Z_OK) return std::nullopt;
    } else if (result != Z_OK || (made == 0 && stream.avail_in == 0)) {
      return std::nullopt;
    }
  }
}

}  // namespace leakrig
