#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/core/fd.h"
#include "harness/tls/openssl_handle.h"

namespace leakrig {

/// A plain blocking connection to "127.0.0.1:PORT"; reads give up after ten seconds.
UniqueFd connect_to(const std::string& address);
/// All that comes until the end.
std::string read_to_end(int fd);

/// A blocking TLS client with certificates of its own; without `certificates`, none and it trusts anybody.
class TlsClient {
 public:
  TlsClient(const std::string& address, const std::filesystem::path& certificates, int max_version = TLS1_3_VERSION);
  /// Whether bytes can be exchanged: a server that wants a certificate says so after the client's handshake only. Else
  /// reason() has OpenSSL's name of the alert.
  bool is_let_in();
  void send(std::string_view bytes);
  /// Of at most this many bytes; less at the end.
  std::string receive(std::size_t size);
  /// Ends its own direction with a close_notify.
  void close_write() { SSL_shutdown(ssl_.get()); }
  const std::string& reason() const { return reason_; }

 private:
  ContextPtr context_;
  UniqueFd fd_;
  SslPtr ssl_;
  bool connected_ = false;
  std::string reason_;
};

}  // namespace leakrig
