#pragma once

#include <string>

#include "harness/core/fd.h"

namespace leakrig {

/// A listening TCP socket and its address with the port that it got: "127.0.0.1:2376", "[::1]:2376".
struct TlsListener {
  UniqueFd fd;
  std::string address;
};

/// `address` is HOST:PORT: a numeric IPv4 address, one of IPv6 in brackets, "localhost", or nothing for all IPv4
/// addresses; port 0: any. Throws UsageError for anything else, and for an address that is not loopback's unless
/// `beyond_loopback`; Error where the port cannot be had.
TlsListener listen_for_tls(const std::string& address, bool beyond_loopback);

}  // namespace leakrig
