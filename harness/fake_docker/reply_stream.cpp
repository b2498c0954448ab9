#include "harness/fake_docker/reply_stream.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace leakrig {

namespace asio = boost::asio;
constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

ReplyStream::ReplyStream(StreamSocket& socket, ConnectionRecord& connection, RequestRecord& request,
                         const Request& asked, ApiMinor server_minor)
    : socket_(&socket),
      connection_(&connection),
      request_(&request),
      server_minor_(server_minor),
      chunked_(asked.chunked),
      keep_alive_(asked.keep_alive) {}

asio::awaitable<void> ReplyStream::send(std::string bytes) {
  if (client_gone_) co_return;
  const auto [error, sent] = co_await asio::async_write(*socket_, asio::buffer(bytes), kAsTuple);
  connection_->bytes += sent;
  request_->bytes += sent;
  if (error) client_gone_ = true;
}

asio::awaitable<void> ReplyStream::begin(int status, std::string content_type) {
  begun_ = true;
  request_->status = status;
  auto head = stream_head(status, server_minor_, content_type, chunked_, keep_alive_);
  co_await send(std::move(head));
  request_->bytes = 0;
}

asio::awaitable<void> ReplyStream::write(std::string bytes) {
  if (bytes.empty()) co_return;
  // Made before the co_await: g++ 12 destroys a conditional temporary inside one twice.
  if (chunked_) bytes = fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
  co_await send(std::move(bytes));
}

asio::awaitable<void> ReplyStream::end() {
  if (!chunked_) co_return;
  std::string last_chunk = "0\r\n\r\n";
  co_await send(std::move(last_chunk));
}

asio::awaitable<void> ReplyStream::wait(asio::steady_timer& timer) {
  using namespace asio::experimental::awaitable_operators;
  if (client_gone_) co_return;
  if (client_spoke_) {
    co_await timer.async_wait(kAsTuple);
    co_return;
  }
  const auto result =
      co_await (timer.async_wait(kAsTuple) || socket_->async_wait(StreamSocket::wait_read, kAsTuple));
  if (result.index() == 0) co_return;
  char byte = 0;
  const auto peeked = ::recv(socket_->native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked > 0) client_spoke_ = true;
  if (peeked == 0 || (peeked < 0 && errno != EAGAIN && errno != EINTR)) client_gone_ = true;
}

}  // namespace leakrig
