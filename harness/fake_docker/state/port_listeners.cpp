#include "harness/fake_docker/state/port_listeners.h"

#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <utility>

namespace leakrig {

struct PortListeners::Acceptor {
  Acceptor(boost::asio::io_context& io, std::size_t index) : socket(io), container(index) {}
  boost::asio::ip::tcp::acceptor socket;
  std::size_t container;
};

static boost::system::error_code listen_on(boost::asio::ip::tcp::acceptor& socket, std::uint16_t port) {
  const boost::asio::ip::tcp::endpoint place(boost::asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  socket.open(place.protocol(), error);
  if (!error) socket.set_option(boost::asio::socket_base::reuse_address(true), error);
  if (!error) socket.bind(place, error);
  if (!error) socket.listen(boost::asio::socket_base::max_listen_connections, error);
  return error;
}

bool PortListeners::is_free(std::uint16_t port) {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor socket(io);
  return !listen_on(socket, port);
}

PortListeners::PortListeners(boost::asio::io_context& io) : io_(&io) {}
PortListeners::~PortListeners() = default;

void PortListeners::accept(Acceptor& acceptor) {
  acceptor.socket.async_accept([this, &acceptor](const boost::system::error_code& error, boost::asio::ip::tcp::socket accepted) {
    // Also where the acceptor is gone. What nobody takes is closed here.
    if (error) return;
    boost::system::error_code ignored;
    UniqueFd connection(accepted.release(ignored));
    if (serve) serve(acceptor.container, std::move(connection));
    accept(acceptor);
  });
}

void PortListeners::open(std::size_t container, const std::vector<PublishedPort>& ports) {
  for (const auto& port : ports) {
    if (port.host_port == 0 || port.protocol != PortProtocol::tcp) continue;
    auto acceptor = std::make_unique<Acceptor>(*io_, container);
    if (const auto error = listen_on(acceptor->socket, port.host_port)) {
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
