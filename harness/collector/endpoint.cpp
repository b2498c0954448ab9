#include "harness/collector/endpoint.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <string_view>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr std::string_view kUnix = "unix://";
constexpr int kMaxPort = 65535;

std::string errno_text(const char* what) {
  return fmt::format("{}: {}", what, std::strerror(errno));
}

int connect_retrying(int fd, const sockaddr* address, socklen_t size) {
  int result = 0;
  do {
    result = ::connect(fd, address, size);
  } while (result != 0 && errno == EINTR);
  return result;
}

Dialed dial_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  if (!fd) return {UniqueFd{}, errno_text("socket")};
  if (connect_retrying(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {UniqueFd{}, errno_text(("dial unix " + path).c_str())};
  }
  return {std::move(fd), ""};
}

Dialed dial_tcp(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const auto rc = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found); rc != 0) {
    return {UniqueFd{}, fmt::format("dial tcp {}:{}: {}", host, port, ::gai_strerror(rc))};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};
  std::string error;
  for (const auto* at = found; at != nullptr; at = at->ai_next) {
    UniqueFd fd{::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol)};
    if (!fd || connect_retrying(fd.get(), at->ai_addr, at->ai_addrlen) != 0) {
      error = errno_text(fmt::format("dial tcp {}:{}", host, port).c_str());
      continue;
    }
    const int on = 1;  // as Go does
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return {std::move(fd), ""};
  }
  return {UniqueFd{}, error};
}

}  // namespace

std::string Endpoint::key() const {
  return is_unix ? "http|" + host_header : fmt::format("http|{}:{}", address, port);
}

Endpoint parse_endpoint(const std::string& url) {
  const auto wrong = [&url] {
    return UsageError(fmt::format("\"{}\": must be unix:///PATH, tcp://HOST:PORT or http://HOST:PORT", url));
  };
  const std::string_view text{url};
  if (text.starts_with(kUnix)) {
    const auto path = url.substr(kUnix.size());
    if (path.empty() || path[0] != '/') throw wrong();
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
      throw UsageError(fmt::format("\"{}\": a Unix socket path has at most {} characters", url,
                                   sizeof(sockaddr_un::sun_path) - 1));
    }
    return {true, path, 0, "docker"};
  }
  for (const std::string_view scheme : {"tcp://", "http://"}) {
    if (!text.starts_with(scheme)) continue;
    auto rest = text.substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const auto colon = rest.rfind(':');
    if (colon == std::string_view::npos || colon == 0) throw wrong();
    const auto digits = rest.substr(colon + 1);
    int port = 0;
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec != std::errc{} || end != digits.data() + digits.size() || port < 1 || port > kMaxPort)
      throw wrong();
    return {false, std::string{rest.substr(0, colon)}, port, std::string{rest}};
  }
  throw wrong();
}

Dialed dial(const Endpoint& endpoint) {
  return endpoint.is_unix ? dial_unix(endpoint.address) : dial_tcp(endpoint.address, endpoint.port);
}

}  // namespace leakrig
