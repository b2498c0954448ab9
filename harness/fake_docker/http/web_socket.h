#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace leakrig {

/// `bytes` as one binary message of a server.
std::string web_socket_message(std::string_view bytes);
/// The close frame of a server that has nothing more to say (1000).
std::string web_socket_goodbye();

/// Takes a client's frames apart as they come; their payloads are one stream of bytes. Holds no payload itself.
class WebSocketReader {
 public:
  /// The payload that is in `bytes`, which go on where the last ones ended. After closed() there is none.
  std::string take(std::string_view bytes);
  /// The client has sent its close frame, or what is no frame of a client: unmasked, or a control frame above 125 bytes.
  bool closed() const { return closed_; }
  /// Pongs that are owed; at most the last one, as RFC 6455 5.5.3 allows.
  std::string take_pong();

 private:
  bool read_header();

  std::array<unsigned char, 14> header_{};
  std::size_t header_bytes_ = 0;
  std::uint64_t left_ = 0;  ///< of the frame's payload
  std::uint64_t at_ = 0;
  int opcode_ = 0;
  bool in_payload_ = false;
  bool closed_ = false;
  bool owes_pong_ = false;
  std::string ping_;
};

}  // namespace leakrig
