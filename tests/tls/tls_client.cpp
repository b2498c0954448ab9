#include "tests/tls/tls_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "harness/tls/openssl_error.h"

namespace leakrig {

UniqueFd connect_to(const std::string& address) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const timeval patience{10, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to.sin_port = htons(static_cast<std::uint16_t>(std::atoi(address.substr(address.rfind(':') + 1).c_str())));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) fd.reset();
  return fd;
}

std::string read_to_end(int fd) {
  std::string all;
  std::array<char, 4096> some{};
  for (ssize_t size = 0; (size = ::recv(fd, some.data(), some.size(), 0)) > 0;) all.append(some.data(), static_cast<std::size_t>(size));
  return all;
}

TlsClient::TlsClient(const std::string& address, const std::filesystem::path& certificates, int max_version)
    : context_(SSL_CTX_new(TLS_client_method())), fd_(connect_to(address)) {
  ::signal(SIGPIPE, SIG_IGN);
  SSL_CTX_set_max_proto_version(context_.get(), max_version);
  if (!certificates.empty()) {
    SSL_CTX_use_certificate_chain_file(context_.get(), (certificates / "cert.pem").c_str());
    SSL_CTX_use_PrivateKey_file(context_.get(), (certificates / "key.pem").c_str(), SSL_FILETYPE_PEM);
  }
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_fd(ssl_.get(), fd_.get());
  connected_ = SSL_connect(ssl_.get()) == 1;
  if (!connected_) reason_ = openssl_reason();
}

bool TlsClient::is_let_in() {
  if (!connected_) return false;
  send("x");
  char answer = 0;
  if (SSL_read(ssl_.get(), &answer, 1) == 1) return answer == 'x';
  reason_ = openssl_reason();
  return false;
}

void TlsClient::send(std::string_view bytes) {
  if (connected_) SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
}

std::string TlsClient::receive(std::size_t size) {
  std::string all;
  std::array<char, 16384> some{};
  while (all.size() < size) {
    const int got = SSL_read(ssl_.get(), some.data(), static_cast<int>(std::min(some.size(), size - all.size())));
    if (got <= 0) break;
    all.append(some.data(), static_cast<std::size_t>(got));
  }
  return all;
}

}  // namespace leakrig
