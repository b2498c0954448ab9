#pragma once

#include <string>
#include <string_view>

namespace leakrig {

/// Base64 with its padding (RFC 4648, section 4).
std::string base64(std::string_view bytes);

}  // namespace leakrig
