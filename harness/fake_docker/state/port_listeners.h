#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "harness/core/fd.h"
#include "harness/fleet/container_identity.h"

namespace boost::asio {
class io_context;
}

namespace leakrig {

/// Listens on published TCP ports on loopback, for clients that wait until one answers: a connection is accepted, and
/// handed on or closed. Serving thread only.
class PortListeners {
 public:
  explicit PortListeners(boost::asio::io_context& io);
  ~PortListeners();
  /// Those that another program has are left to it, with a warning.
  void open(std::size_t container, const std::vector<PublishedPort>& ports);
  /// Whether nobody on this host listens on it at present.
  static bool is_free(std::uint16_t port);
  void close(std::size_t container);
  void close_all();
  /// Who takes the connections to a container's ports; unset: they are closed.
  std::function<void(std::size_t container, UniqueFd connection)> serve;

 private:
  struct Acceptor;
  void accept(Acceptor& acceptor);

  boost::asio::io_context* io_;
  std::map<std::size_t, std::vector<std::unique_ptr<Acceptor>>> open_;
};

}  // namespace leakrig
