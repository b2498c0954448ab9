#include "harness/core/content_coding.h"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace leakrig {
namespace {

constexpr std::size_t kPiece = std::size_t{32} * 1024;

/// `window`: zlib's windowBits, which also says which header there is.
Decoded inflated(std::string_view coded, int window, std::size_t limit) {
  z_stream stream{};
  if (::inflateInit2(&stream, window) != Z_OK) return DamagedCoding{};
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end{&stream, &::inflateEnd};
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));  // NOLINT: zlib's signature
  stream.avail_in = static_cast<uInt>(coded.size());
  std::string out;
  std::array<char, kPiece> piece{};
  while (true) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int result = ::inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = piece.size() - stream.avail_out;
    if (out.size() + made > limit) return DecodedTooLarge{};
    out.append(piece.data(), made);
    if (result == Z_STREAM_END) {
      if (stream.avail_in == 0) return out;
      if (::inflateReset(&stream) != Z_OK) return DamagedCoding{};
    } else if (result != Z_OK || (made == 0 && stream.avail_in == 0)) {
      return DamagedCoding{};
    }
  }
}

Decoded of_deflate(std::string_view coded, std::size_t limit) {
  auto decoded = inflated(coded, MAX_WBITS, limit);
  // The name means zlib's format; some clients send the bare stream instead.
  if (std::holds_alternative<DamagedCoding>(decoded)) return inflated(coded, -MAX_WBITS, limit);
  return decoded;
}

Decoded of_zstd(std::string_view coded, std::size_t limit) {
  const std::unique_ptr<ZSTD_DStream, std::size_t (*)(ZSTD_DStream*)> stream{::ZSTD_createDStream(),
                                                                             &::ZSTD_freeDStream};
  constexpr int kLargestWindowLog = 27;  // 128 MiB: what RFC 8878 advises to take, and no more
  ::ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kLargestWindowLog);
  ZSTD_inBuffer in{coded.data(), coded.size(), 0};
  std::string out;
  std::array<char, kPiece> piece{};
  std::size_t left = 1;
  while (in.pos < in.size || left != 0) {
    ZSTD_outBuffer made{piece.data(), piece.size(), 0};
    const auto before = in.pos;
    left = ::ZSTD_decompressStream(stream.get(), &made, &in);
    if (::ZSTD_isError(left) != 0) return DamagedCoding{};
    if (out.size() + made.pos > limit) return DecodedTooLarge{};
    out.append(piece.data(), made.pos);
    if (made.pos == 0 && in.pos == before && left != 0) return DamagedCoding{};  // cut short
  }
  return out;
}

Decoded of_snappy_block(std::string_view coded, std::size_t limit) {
  std::size_t length = 0;
  if (!snappy::GetUncompressedLength(coded.data(), coded.size(), &length)) return DamagedCoding{};
  if (length > limit) return DecodedTooLarge{};
  std::string out;
  if (!snappy::Uncompress(coded.data(), coded.size(), &out)) return DamagedCoding{};
  return out;
}

/// Snappy's framing format: chunks of a type byte, a length of three bytes and the data, which begins with a
/// checksum of four bytes where it is text. The checksum is not verified: a marker that is damaged is none.
Decoded of_snappy_frames(std::string_view coded, std::size_t limit) {
  constexpr std::size_t kHead = 4;
  constexpr std::size_t kChecksum = 4;
  enum Type : unsigned char { compressed = 0x00, plain = 0x01, first_skippable = 0x80 };
  std::string out;
  while (!coded.empty()) {
    if (coded.size() < kHead) return DamagedCoding{};
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(coded[at]); };
    const std::size_t length = byte(1) | std::size_t{byte(2)} << 8U | std::size_t{byte(3)} << 16U;
    const auto type = byte(0);
    if (coded.size() - kHead < length) return DamagedCoding{};
    const auto data = coded.substr(kHead, length);
    coded.remove_prefix(kHead + length);
    if (type >= first_skippable) continue;
    if (type > plain || length < kChecksum) return DamagedCoding{};
    auto piece = type == plain ? Decoded{std::string{data.substr(kChecksum)}}
                               : of_snappy_block(data.substr(kChecksum), limit);
    const auto* text = std::get_if<std::string>(&piece);
    if (text == nullptr) return piece;
    if (out.size() + text->size() > limit) return DecodedTooLarge{};
    out += *text;
  }
  return out;
}

}  // namespace

Decoded decoded_body(std::string_view coding, const std::string& body, std::size_t limit) {
  constexpr int kGzip = MAX_WBITS + 16;  // zlib.h: a gzip header is expected
  constexpr std::string_view kFramed{"\xff\x06\x00\x00sNaPpY", 10};
  if (coding.empty() || coding == "identity") return body;
  if (coding == "gzip" || coding == "x-gzip") return inflated(body, kGzip, limit);
  if (coding == "deflate") return of_deflate(body, limit);
  if (coding == "zstd") return of_zstd(body, limit);
  if (coding == "snappy" || coding == "x-snappy-framed") {
    return body.starts_with(kFramed) ? of_snappy_frames(body, limit) : of_snappy_block(body, limit);
  }
  return UnknownCoding{};
}

}  // namespace leakrig
