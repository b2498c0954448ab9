#pragma once

#include <string>
#include <string_view>

namespace leakrig {

/// What a server answers to a client's Sec-WebSocket-Key (RFC 6455, 4.2.2, point 5.4); empty for a key that is longer than
/// one can be. Throws Error if OpenSSL has no SHA-1.
std::string web_socket_accept(std::string_view key);

}  // namespace leakrig
