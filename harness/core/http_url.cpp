#include "harness/core/http_url.h"

#include <algorithm>
#include <charconv>

namespace leakrig {

std::optional<HttpUrl> parse_http_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (!text.starts_with(kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const auto authority = text.substr(0, text.find_first_of("/?"));
  HttpUrl url;
  const auto path = text.substr(authority.size());
  url.path = "/";
  url.path.append(path.substr(path.starts_with('/') ? 1 : 0));

  auto host = authority;
  auto port = std::string_view{};
  if (authority.starts_with('[')) {
    const auto close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
  } else {
    host = authority.substr(0, authority.find(':'));
    port = authority.substr(host.size());
  }
  const auto graphic = [](char c) { return c > ' ' && c < 0x7f && c != '@' && c != '#'; };
  if (host.empty() || !std::all_of(host.begin(), host.end(), graphic)) return std::nullopt;
  if (!std::all_of(url.path.begin(), url.path.end(), [](char c) { return c > ' ' && c != 0x7f; }))
    return std::nullopt;
  url.host = std::string{host};
  if (!port.empty()) {
    if (port.front() != ':') return std::nullopt;
    port.remove_prefix(1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (error != std::errc{} || end != port.data() + port.size() || url.port == 0) return std::nullopt;
  }
  return url;
}

}  // namespace leakrig
