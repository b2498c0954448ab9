#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <vector>

#include "harness/fleet/container_identity.h"

namespace boost::asio {
class io_context;
}

namespace leakrig {

/// Listens on published TCP ports on loopback, for clients that wait until one answers: a connection is accepted and
/// closed. Serving thread only.
class PortListeners {
 public:
  explicit PortListeners(boost::asio::io_context& io);
  ~PortListeners();
  /// Those that another program has are left to it, with a warning.
  void open(std::size_t container, const std::vector<PublishedPort>& ports);
  void close(std::size_t container);
  void close_all();

 private:
  struct Acceptor;
  static void accept(Acceptor& acceptor);

  boost::asio::io_context* io_;
  std::map<std::size_t, std::vector<std::unique_ptr<Acceptor>>> open_;
};

}  // namespace leakrig
