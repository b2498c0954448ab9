#include "harness/fake_docker/http/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "harness/core/error.h"
#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptsATurn = 256;
constexpr Nanos kPauseWhenFull = std::chrono::milliseconds{50};

UniqueFd make_socket(int family) {
  UniqueFd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) throw Error(fmt::format("cannot make a socket: {}", std::strerror(errno)));
  return fd;
}

sockaddr_un unix_address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto& text = path.native();
  if (text.size() >= sizeof address.sun_path) {
    throw UsageError(fmt::format("socket path {} is too long: {} bytes, at most {}", text, text.size(),
                                 sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, text.data(), text.size());
  return address;
}

/// Unlinks a socket that nobody listens on.
void make_way(const std::filesystem::path& path, const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    throw Error(fmt::format("{} exists and is not a socket; choose another path", path.native()));
  }
  const auto probe = make_socket(AF_UNIX);
  // A full backlog (EAGAIN) also means that somebody serves.
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ||
      errno == EAGAIN) {
    throw Error(fmt::format("another daemon serves {}; stop it or choose another path", path.native()));
  }
  if (errno != ECONNREFUSED) {
    throw Error(fmt::format("cannot tell whether {} is in use: {}", path.native(), std::strerror(errno)));
  }
  ::unlink(path.c_str());
}

pid_t peer_pid(int fd) {
  ucred credentials{};
  socklen_t length = sizeof credentials;
  return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 ? credentials.pid : 0;
}

}  // namespace

BoundSocket bind_unix(const std::filesystem::path& path) {
  const auto absolute = std::filesystem::absolute(path);
  const auto address = unix_address(absolute);
  make_way(absolute, address);
  BoundSocket bound{make_socket(AF_UNIX), absolute, {}};
  // On Linux the file's mode is the socket's, so it is never open to others, not even before chmod would
  // come.
  ::fchmod(bound.fd.get(), S_IRUSR | S_IWUSR);
  if (::bind(bound.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw Error(fmt::format("cannot bind {}: {}", absolute.native(), std::strerror(errno)));
  }
  if (::chmod(absolute.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(bound.fd.get(), kBacklog) != 0) {
    const auto reason = std::strerror(errno);
    ::unlink(absolute.c_str());
    throw Error(fmt::format("cannot listen on {}: {}", absolute.native(), reason));
  }
  return bound;
}

BoundSocket bind_tcp(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto refuse = [&text] {
    throw UsageError(fmt::format(
        "cannot listen on \"{}\": give a loopback address and port such as 127.0.0.1:2375; other hosts "
        "are served with --tlsverify only", text));
  };
  if (colon == std::string::npos) refuse();
  auto host = text.substr(0, colon);
  if (host == "localhost") host = "127.0.0.1";
  sockaddr_in address{};
  address.sin_family = AF_INET;
  std::uint16_t port = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data() + colon + 1, last, port);
  if (error != std::errc{} || end != last || ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
    refuse();
  if ((ntohl(address.sin_addr.s_addr) >> 24) != 127) refuse();
  address.sin_port = htons(port);
  BoundSocket bound{make_socket(AF_INET), {}, {}};
  const int on = 1;
  ::setsockopt(bound.fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // Loopback has no bottleneck to probe for. BBR, a common default, would still pace what is sent, which
  // takes a timer a segment.
  constexpr std::string_view kUnpaced = "reno";
  ::setsockopt(bound.fd.get(), IPPROTO_TCP, TCP_CONGESTION, kUnpaced.data(), kUnpaced.size());
  if (::bind(bound.fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(bound.fd.get(), kBacklog) != 0) {
    throw Error(fmt::format("cannot listen on {}: {}", text, std::strerror(errno)));
  }
  socklen_t length = sizeof address;
  ::getsockname(bound.fd.get(), reinterpret_cast<sockaddr*>(&address), &length);
  bound.tcp_address = fmt::format("{}:{}", host, ntohs(address.sin_port));
  return bound;
}

Listener::Listener(boost::asio::io_context& io, BoundSocket bound, Hooks hooks)
    : bound_(std::move(bound)),
      readable_(io, ::fcntl(bound_.fd.get(), F_DUPFD_CLOEXEC, 0)),
      pause_(io),
      hooks_(std::move(hooks)),
      spare_(::open("/dev/null", O_RDONLY | O_CLOEXEC)) {
  wait();
}

Listener::~Listener() {
  close();
  if (!bound_.unix_path.empty()) ::unlink(bound_.unix_path.c_str());
}

void Listener::close() {
  boost::system::error_code ignored;
  readable_.close(ignored);
  pause_.cancel();
  bound_.fd.reset();
}

void Listener::go_down() {
  close();
}

bool Listener::come_up() {
  try {
    bound_ = bound_.unix_path.empty() ? bind_tcp(bound_.tcp_address) : bind_unix(bound_.unix_path);
  } catch (const Error& error) {
    spdlog::error("fake docker: cannot come up again: {}", error.what());
    return false;
  }
  readable_.assign(::fcntl(bound_.fd.get(), F_DUPFD_CLOEXEC, 0));
  wait();
  return true;
}

void Listener::wait() {
  readable_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                       [this](const boost::system::error_code& error) {
                         if (!error) accept_all();
                       });
}

void Listener::accept_all() {
  for (int i = 0; i < kAcceptsATurn; ++i) {
    UniqueFd fd(::accept4(bound_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      if (!bound_.tcp_address.empty()) {
        const int on = 1;
        ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      }
      const auto pid = bound_.unix_path.empty() ? 0 : peer_pid(fd.get());
      hooks_.accepted(std::move(fd), pid);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // Out of descriptors or memory: turn this one away, then leave the others in the backlog for a while.
    refuse_one();
    pause_.expires_after(kPauseWhenFull);
    pause_.async_wait([this](const boost::system::error_code& error) {
      if (!error) accept_all();
    });
    return;
  }
  wait();
}

void Listener::refuse_one() {
  const int reason = errno;
  if (const auto count = refusals_.happened(std::chrono::steady_clock::now().time_since_epoch())) {
    spdlog::error(
        "fake docker: refusing connections with 503, {} of them: {}; raise the limit of open files (ulimit "
        "-n)",
        *count, std::strerror(reason));
  }
  spare_.reset();
  UniqueFd fd(::accept4(bound_.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) {
    const auto reply = error_reply(503, "the fake Docker has no file descriptors left");
    const auto text = fmt::format(
        "HTTP/1.1 503 {}\r\nContent-Type: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}",
        reason_phrase(503), reply.content_type, reply.body.size(), reply.body);
    // Best effort: the client learns why, or at least that it was closed.
    [[maybe_unused]] const auto sent =
        ::send(fd.get(), text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::shutdown(fd.get(), SHUT_WR);
    fd.reset();
    hooks_.refused();
  }
  spare_.reset(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace leakrig
