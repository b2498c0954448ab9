#include "harness/tls/relayed_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "harness/tls/openssl_error.h"
#include "harness/tls/tls_context.h"

namespace leakrig {
namespace {

constexpr int kStepsATurn = 32;
constexpr std::chrono::seconds kDrain{1};
/// What Go's net/http writes, byte for byte.
constexpr std::string_view kNotHttps = "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

/// As Go's tlsRecordHeaderLooksLikeHTTP tells it.
bool looks_like_http(std::string_view first) {
  constexpr std::array<std::string_view, 5> kMethods{"GET /", "HEAD ", "POST ", "PUT /", "OPTIO"};
  return std::ranges::find(kMethods, first) != kMethods.end();
}

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

void RelayedConnection::FreeSsl::operator()(ssl_st* ssl) const {
  SSL_free(ssl);
}

RelayedConnection::RelayedConnection(UniqueFd client, const TlsContext& context, Clock::time_point deadline)
    : client_(std::move(client)), ssl_(SSL_new(context.get())), deadline_(deadline) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), client_.get()) != 1) {
    fail(openssl_reason());
  }
}

RelayedConnection::~RelayedConnection() = default;

RelayedConnection::State RelayedConnection::advance(const Ready& ready, const Connect& connect,
                                                    std::span<char, kBuffer> scratch) {
  ready_.client_broken |= ready.client_broken;
  ready_.client_hung_up |= ready.client_hung_up;
  ready_.backend_hung_up |= ready.backend_hung_up;
  for (int i = 0; i < kStepsATurn && phase_ != Phase::gone; ++i) {
    if (!step(connect, scratch)) return phase_ == Phase::gone ? State::gone : State::waiting;
  }
  return phase_ == Phase::gone ? State::gone : State::has_more;
}

bool RelayedConnection::step(const Connect& connect, std::span<char> scratch) {
  switch (phase_) {
    case Phase::greeting: return read_greeting(scratch);
    case Phase::handshake: return shake_hands(connect);
    case Phase::relay: return relay(scratch);
    case Phase::draining: return drain(scratch);
    case Phase::gone: break;
  }
  return false;
}

bool RelayedConnection::read_greeting(std::span<char> scratch) {
  std::array<char, 5> first{};
  const auto size = ::recv(client_.get(), first.data(), first.size(), MSG_PEEK);
  if (size == static_cast<ssize_t>(first.size())) {
    phase_ = Phase::handshake;
    if (looks_like_http({first.data(), first.size()})) {
      [[maybe_unused]] const auto read = ::recv(client_.get(), scratch.data(), scratch.size(), 0);
      [[maybe_unused]] const auto sent = ::send(client_.get(), kNotHttps.data(), kNotHttps.size(), MSG_NOSIGNAL);
      fail("client sent an HTTP request to an HTTPS server");
    }
    return true;
  }
  if (size > 0 && !ready_.client_hung_up) return false;
  if (size < 0 && would_block(errno)) return false;
  phase_ = Phase::gone;
  return false;
}

bool RelayedConnection::shake_hands(const Connect& connect) {
  ERR_clear_error();
  const int result = SSL_accept(ssl_.get());
  if (result == 1) {
    backend_ = connect();
    if (!backend_) {
      abort();
      return false;
    }
    deadline_.reset();
    phase_ = Phase::relay;
    return true;
  }
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return false;
  const auto verified = SSL_get_verify_result(ssl_.get());
  auto why = error == SSL_ERROR_SSL ? openssl_reason() : std::string{"the client has gone"};
  if (verified != X509_V_OK) why += std::string{": "} + X509_verify_cert_error_string(verified);
  fail(std::move(why));
  return true;
}

/// OpenSSL has sent its alert. The client may have sent its request already, and closing over what is unread would reset
/// the connection and lose the alert.
void RelayedConnection::fail(std::string why) {
  failure_ = std::move(why);
  start_draining();
}

void RelayedConnection::start_draining() {
  ::shutdown(client_.get(), SHUT_WR);
  backend_.reset();
  deadline_ = Clock::now() + kDrain;
  phase_ = Phase::draining;
}

bool RelayedConnection::drain(std::span<char> scratch) {
  const auto size = ::recv(client_.get(), scratch.data(), scratch.size(), 0);
  if (size > 0) return true;
  if (size == 0 || !would_block(errno)) phase_ = Phase::gone;
  return false;
}

/// The peer sees a reset, as it would of a server that was reset itself.
void RelayedConnection::abort() {
  const linger at_once{1, 0};
  ::setsockopt(client_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  phase_ = Phase::gone;
}

bool RelayedConnection::relay(std::span<char> scratch) {
  if (ready_.client_broken || (ready_.client_hung_up && client_ended_ && !down_ended_)) {
    phase_ = Phase::gone;
    return false;
  }
  const bool up = relay_up(scratch);
  if (phase_ != Phase::relay) return false;
  const bool down = relay_down(scratch);
  if (phase_ != Phase::relay) return false;
  if (down_ended_ && client_ended_ && up_.empty()) {
    phase_ = Phase::gone;
    return false;
  }
  if (down_ended_ && ready_.backend_hung_up) {
    start_draining();
    return true;
  }
  return up || down;
}

bool RelayedConnection::relay_up(std::span<char> scratch) {
  if (!up_.empty()) {
    up_.erase(0, give_backend(up_));
    if (!up_.empty()) return false;
  }
  if (client_ended_) return false;
  ERR_clear_error();
  const int size = SSL_read(ssl_.get(), scratch.data(), static_cast<int>(scratch.size()));
  if (size > 0) {
    const std::span<const char> bytes = scratch.first(static_cast<std::size_t>(size));
    const auto taken = give_backend(bytes);
    up_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
    return true;
  }
  switch (SSL_get_error(ssl_.get(), size)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE: return false;
    case SSL_ERROR_ZERO_RETURN:
      client_ended_ = true;
      ::shutdown(backend_.get(), SHUT_WR);
      return true;
    default:  // cut off without a close_notify: Go's server closes such a connection too
      phase_ = Phase::gone;
      return false;
  }
}

std::size_t RelayedConnection::give_backend(std::span<const char> bytes) {
  if (backend_deaf_) return bytes.size();
  const auto sent = ::send(backend_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (would_block(errno)) return 0;
  // It reads no more, and may have said something before.
  backend_deaf_ = true;
  return bytes.size();
}

bool RelayedConnection::relay_down(std::span<char> scratch) {
  if (!down_.empty()) {
    down_.erase(0, give_client(down_));
    if (!down_.empty()) return false;
  }
  if (backend_ended_) return end_down();
  const auto size = ::recv(backend_.get(), scratch.data(), scratch.size(), 0);
  if (size > 0) {
    const std::span<const char> bytes = scratch.first(static_cast<std::size_t>(size));
    const auto taken = give_client(bytes);
    down_.assign(bytes.begin() + static_cast<std::ptrdiff_t>(taken), bytes.end());
    return true;
  }
  if (size == 0) {
    backend_ended_ = true;
    return true;
  }
  if (!would_block(errno)) abort();
  return false;
}

std::size_t RelayedConnection::give_client(std::span<const char> bytes) {
  ERR_clear_error();
  const int sent = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (sent > 0) return static_cast<std::size_t>(sent);
  const int error = SSL_get_error(ssl_.get(), sent);
  if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) phase_ = Phase::gone;
  return 0;
}

bool RelayedConnection::end_down() {
  if (down_ended_) return false;
  ERR_clear_error();
  const int result = SSL_shutdown(ssl_.get());
  if (result < 0 && SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_WRITE) return false;
  ::shutdown(client_.get(), SHUT_WR);
  down_ended_ = true;
  return true;
}

}  // namespace leakrig
