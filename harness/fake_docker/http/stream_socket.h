#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace leakrig {

/// A client's socket, Unix or TCP. Costs a file that includes it most of Asio: only what sends and reads does.
using StreamSocket = boost::asio::generic::stream_protocol::socket;

/// What a coroutine waits with that takes network errors as values.
inline constexpr auto kAsTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace leakrig
