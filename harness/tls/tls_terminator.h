#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "harness/core/fd.h"
#include "harness/tls/tls_context.h"

namespace leakrig {

struct TlsTerminatorOptions {
  std::string listen = "127.0.0.1:0";  ///< as listen_for_tls() has it; beyond loopback only where clients are verified
  TlsFiles files;
  std::size_t max_connections = 4096;  ///< more wait in the kernel's queue
  std::chrono::milliseconds handshake_timeout = std::chrono::seconds{10};
};

/// Accepts TLS connections and relays each, in plain, to a server of ours: bytes both ways, each direction with its own
/// end. A client without a certificate that is accepted gets the TLS alert that says why, one that speaks plain HTTP gets
/// Go's answer 400, and neither reaches the server. One thread, from construction to destruction.
class TlsTerminator {
 public:
  /// Makes a non-blocking connection to the server; empty where there is none, which resets the client's. Called from the
  /// terminator's thread, after a handshake.
  using Connect = std::function<UniqueFd()>;

  /// Throws UsageError for files or an address that will not do, Error if the address cannot be had.
  TlsTerminator(const TlsTerminatorOptions& options, Connect connect);
  /// Closes every connection and joins the thread.
  ~TlsTerminator();
  TlsTerminator(const TlsTerminator&) = delete;
  TlsTerminator& operator=(const TlsTerminator&) = delete;

  /// "127.0.0.1:2376"
  std::string address() const;
  /// Stops listening until come_up(), soon: connects are refused. Connections go on. Any thread.
  void go_down();
  void come_up();

  struct Counters {
    std::uint64_t accepted = 0;
    std::uint64_t failed = 0;  ///< of them without a handshake
    std::uint64_t open = 0;
  };
  /// Any thread.
  Counters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace leakrig
