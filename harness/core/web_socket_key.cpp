#include "harness/core/web_socket_key.h"

#include <openssl/evp.h>

#include <array>

#include "harness/core/base64.h"
#include "harness/core/error.h"

namespace leakrig {

std::string web_socket_accept(std::string_view key) {
  constexpr std::string_view kGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 1.3
  constexpr std::size_t kLongestKey = 24;                                     // 16 bytes in base64
  if (key.size() > kLongestKey) return {};
  const std::string text = std::string{key}.append(kGuid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (::EVP_Digest(text.data(), text.size(), digest.data(), &size, ::EVP_sha1(), nullptr) != 1)
    throw Error("SHA-1 is not to be had");
  return base64({reinterpret_cast<const char*>(digest.data()), size});
}

}  // namespace leakrig
