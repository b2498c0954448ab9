#pragma once

#include <string>

#include "harness/core/fd.h"

namespace leakrig {

/// Where a server is: "unix:///PATH", "tcp://HOST:PORT" or "http://HOST:PORT".
struct Endpoint {
  bool is_unix = false;
  std::string address;  ///< the path, or the host
  int port = 0;
  std::string host_header;  ///< "docker" on a Unix socket, as Docker's client sends it
  /// Scheme and host: what Go's idle pool is keyed by.
  std::string key() const;
};

/// Throws UsageError naming the text and what is allowed.
Endpoint parse_endpoint(const std::string& url);

/// A connected socket, or why there is none. Blocks as connect() does.
struct Dialed {
  UniqueFd fd;
  std::string error;
};
Dialed dial(const Endpoint& endpoint);

}  // namespace leakrig
