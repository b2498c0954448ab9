#include "harness/fake_docker/state/port_listeners.h"

#include <spdlog/spdlog.h>

#include <boost/asio/ip/tcp.hpp>
#include <utility>

namespace leakrig {

struct PortListeners::Acceptor {
  explicit Acceptor(boost::asio::io_context& io) : socket(io) {}
  boost::asio::ip::tcp::acceptor socket;
};

PortListeners::PortListeners(boost::asio::io_context& io) : io_(&io) {}
PortListeners::~PortListeners() = default;

void PortListeners::accept(Acceptor& acceptor) {
  acceptor.socket.async_accept([&acceptor](const boost::system::error_code& error, boost::asio::ip::tcp::socket) {
    // Also where the acceptor is gone. What was accepted is closed here.
    if (!error) accept(acceptor);
  });
}

void PortListeners::open(std::size_t container, const std::vector<PublishedPort>& ports) {
  for (const auto& port : ports) {
    if (port.host_port == 0 || port.protocol != PortProtocol::tcp) continue;
    auto acceptor = std::make_unique<Acceptor>(*io_);
    const boost::asio::ip::tcp::endpoint place(boost::asio::ip::address_v4::loopback(), port.host_port);
    boost::system::error_code error;
    acceptor->socket.open(place.protocol(), error);
    if (!error) acceptor->socket.set_option(boost::asio::socket_base::reuse_address(true), error);
    if (!error) acceptor->socket.bind(place, error);
    if (!error) acceptor->socket.listen(boost::asio::socket_base::max_listen_connections, error);
    if (error) {
      spdlog::warn("fake docker: published port {} is not listened on: {}", port.host_port, error.message());
      continue;
    }
    accept(*acceptor);
    open_[container].push_back(std::move(acceptor));
  }
}

void PortListeners::close(std::size_t container) {
  open_.erase(container);
}

void PortListeners::close_all() {
  open_.clear();
}

}  // namespace leakrig
