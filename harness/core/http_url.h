#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// An http:// URL in its parts; there is no user and no fragment.
struct HttpUrl {
  std::string host;  ///< a name or an address, an IPv6 one without its brackets
  std::uint16_t port = 80;
  std::string path;  ///< with its query; "/" at least
};

/// Nothing for another scheme, an empty host, or a port that is none.
std::optional<HttpUrl> parse_http_url(std::string_view text);

}  // namespace leakrig
