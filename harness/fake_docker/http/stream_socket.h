#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

namespace leakrig {

/// A client's socket, Unix or TCP. Costs a file that includes it most of Asio: only what sends and reads does.
using StreamSocket = boost::asio::generic::stream_protocol::socket;

}  // namespace leakrig
