#include "harness/fake_docker/http/web_socket.h"

#include <algorithm>
#include <utility>

namespace leakrig {
namespace {

enum Opcode : int { kContinuation = 0, kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10 };
constexpr std::size_t kLongestControl = 125;
constexpr std::size_t kMaskBytes = 4;

std::string server_frame(int opcode, std::string_view payload) {
  std::string frame(1, static_cast<char>(0x80 | opcode));
  const auto put_length = [&](std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;) frame += static_cast<char>(payload.size() >> (8 * i));
  };
  if (payload.size() <= kLongestControl) {
    put_length(1);
  } else if (payload.size() <= 0xffff) {
    frame += static_cast<char>(126);
    put_length(2);
  } else {
    frame += static_cast<char>(127);
    put_length(8);
  }
  return frame.append(payload);
}

/// How many bytes a frame's length and mask take after its first two.
std::size_t rest_of_header(unsigned char second) {
  const auto length = second & 0x7fU;
  return kMaskBytes + (length == 126 ? 2 : length == 127 ? 8 : 0);
}

}  // namespace

std::string web_socket_message(std::string_view bytes) {
  return bytes.empty() ? std::string{} : server_frame(kBinary, bytes);
}

std::string web_socket_goodbye() {
  return server_frame(kClose, {"\x03\xe8", 2});
}

bool WebSocketReader::read_header() {
  const auto first = header_[0];
  const auto second = header_[1];
  opcode_ = first & 0x0f;
  left_ = second & 0x7fU;
  if (left_ >= 126) {
    const std::size_t bytes = left_ == 126 ? 2 : 8;
    left_ = 0;
    for (std::size_t i = 0; i < bytes; ++i) left_ = left_ << 8U | header_[2 + i];
  }
  const bool is_control = opcode_ >= kClose;
  at_ = 0;
  in_payload_ = true;
  if (opcode_ == kPing) ping_.clear();
  return (second & 0x80U) != 0 && (!is_control || left_ <= kLongestControl) && left_ >> 63U == 0;
}

std::string WebSocketReader::take(std::string_view bytes) {
  std::string payload;
  while (!bytes.empty() && !closed_) {
    if (!in_payload_) {
      header_[header_bytes_++] = static_cast<unsigned char>(bytes.front());
      bytes.remove_prefix(1);
      if (header_bytes_ < 2 || header_bytes_ < 2 + rest_of_header(header_[1])) continue;
      closed_ = !read_header();
      if (closed_) break;
    }
    const auto* const mask = header_.data() + header_bytes_ - kMaskBytes;
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    auto& into = opcode_ == kPing ? ping_ : payload;
    const bool is_kept = opcode_ <= kBinary || opcode_ == kPing;
    for (std::size_t i = 0; i < count && is_kept; ++i)
      into += static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ mask[(at_ + i) % kMaskBytes]);
    bytes.remove_prefix(count);
    at_ += count;
    left_ -= count;
    if (left_ > 0) continue;
    closed_ = closed_ || opcode_ == kClose;
    owes_pong_ = owes_pong_ || opcode_ == kPing;
    in_payload_ = false;
    header_bytes_ = 0;
  }
  return payload;
}

std::string WebSocketReader::take_pong() {
  return std::exchange(owes_pong_, false) ? server_frame(kPong, ping_) : std::string{};
}

}  // namespace leakrig
