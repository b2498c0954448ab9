#include "harness/tls/tls_listener.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "harness/core/error.h"
#include "harness/core/text_fields.h"

namespace leakrig {
namespace {

constexpr int kTlsBacklog = 1024;

struct TlsPlace {
  sockaddr_storage address{};
  socklen_t length = 0;
  bool loopback = false;
  std::string host;  ///< as it is said in an address
};

TlsPlace tls_place(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto port = colon == std::string::npos ? -1 : whole_number<int>(std::string_view{text}.substr(colon + 1)).value_or(-1);
  TlsPlace place;
  place.host = text.substr(0, port < 0 ? 0 : colon);
  if (place.host == "localhost") place.host = "127.0.0.1";
  if (place.host.empty()) place.host = "0.0.0.0";
  sockaddr_in four{};
  sockaddr_in6 six{};
  const bool bracketed = place.host.size() > 2 && place.host.front() == '[' && place.host.back() == ']';
  const auto bare = bracketed ? place.host.substr(1, place.host.size() - 2) : place.host;
  if (port >= 0 && port <= 65535) {
    if (!bracketed && ::inet_pton(AF_INET, bare.c_str(), &four.sin_addr) == 1) {
      four.sin_family = AF_INET;
      four.sin_port = htons(static_cast<std::uint16_t>(port));
      place.loopback = (ntohl(four.sin_addr.s_addr) >> 24U) == 127;
      place.length = sizeof four;
      std::memcpy(&place.address, &four, sizeof four);
      return place;
    }
    if (bracketed && ::inet_pton(AF_INET6, bare.c_str(), &six.sin6_addr) == 1) {
      six.sin6_family = AF_INET6;
      six.sin6_port = htons(static_cast<std::uint16_t>(port));
      place.loopback = IN6_IS_ADDR_LOOPBACK(&six.sin6_addr) != 0;
      place.length = sizeof six;
      std::memcpy(&place.address, &six, sizeof six);
      return place;
    }
  }
  throw UsageError(fmt::format("cannot listen on \"{}\": give ADDRESS:PORT such as 127.0.0.1:2376 or [::1]:2376", text));
}

}  // namespace

TlsListener listen_for_tls(const std::string& text, bool beyond_loopback) {
  auto place = tls_place(text);
  if (!place.loopback && !beyond_loopback)
    throw UsageError(fmt::format("cannot listen on \"{}\": other hosts are served with --tlsverify only; without it give a "
                                 "loopback address such as 127.0.0.1:2376", text));
  TlsListener listener{UniqueFd(::socket(place.address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), {}};
  const int on = 1;
  auto* const address = reinterpret_cast<sockaddr*>(&place.address);
  if (listener.fd) ::setsockopt(listener.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (!listener.fd || ::bind(listener.fd.get(), address, place.length) != 0 || ::listen(listener.fd.get(), kTlsBacklog) != 0)
    throw Error(fmt::format("cannot listen on {}: {}", text, std::strerror(errno)));
  ::getsockname(listener.fd.get(), address, &place.length);
  // The port is at the same place in both kinds of address.
  listener.address = fmt::format("{}:{}", place.host, ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port));
  return listener;
}

}  // namespace leakrig
