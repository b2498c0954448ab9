#include "harness/fake_docker/faults/reply_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <utility>

#include "harness/fake_docker/http/answer_sender.h"
#include "harness/fake_docker/http/reply_head.h"

namespace leakrig {

namespace asio = boost::asio;

/// A client that sends more than this ahead of its answer is not listening to it.
constexpr std::size_t kMostUnread = 1024 * 1024;
/// What waits of a hijacked connection's input.
constexpr std::size_t kMostInput = 64 * 1024;

ReplyStream::ReplyStream(StreamSocket& socket, ConnectionRecord& connection, RequestRecord& request,
                         const Request& asked, ApiMinor server_minor, FaultScript script,
                         const ScenarioClock& clock)
    : socket_(&socket),
      connection_(&connection),
      request_(&request),
      clock_(&clock),
      script_(std::move(script)),
      server_minor_(server_minor),
      chunked_(asked.chunked),
      keep_alive_(asked.keep_alive),
      is_head_(asked.method == "HEAD"),
      pause_(socket.get_executor()) {
  if (script_.cut_after) arm_cut();
}

void ReplyStream::arm_cut() {
  cut_ = std::make_unique<asio::steady_timer>(socket_->get_executor(), clock_->to_wall(*script_.cut_after));
  self_ = std::make_shared<ReplyStream*>(this);
  cut_->async_wait([weak = std::weak_ptr(self_)](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (error || !self) return;
    auto& stream = **self;
    if (!stream.over()) stream.over_ = Over::fault;
    // Wakes whatever the coroutine waits for.
    boost::system::error_code ignored;
    stream.socket_->shutdown(StreamSocket::shutdown_both, ignored);
    stream.pause_.cancel();
  });
}

asio::awaitable<void> ReplyStream::hold_back() {
  if (script_.delay > Nanos{0}) {
    const auto delay = clock_->to_wall(script_.delay);
    co_await pause(delay);
  }
  if (over()) co_return;
  if (script_.no_headers) {
    co_await wait_for_client_to_leave();
  } else if (script_.drop) {
    over_ = Over::fault;
  }
}

asio::awaitable<void> ReplyStream::send(std::string bytes) {
  if (over()) co_return;
  const auto [error, sent] = co_await asio::async_write(*socket_, asio::buffer(bytes), kAsTuple);
  connection_->bytes += sent;
  request_->bytes += sent;
  if (error && !over()) over_ = Over::client;
}

asio::awaitable<void> ReplyStream::send_body(std::string bytes) {
  const auto left = script_.ending_at - std::min(script_.ending_at, request_->bytes);
  const bool reaches_end = script_.ending != FaultScript::Ending::none && bytes.size() >= left;
  if (reaches_end) bytes.resize(left);
  if (script_.drip_bytes == 0) {
    co_await send(std::move(bytes));
  } else {
    for (std::size_t at = 0; at < bytes.size() && !over(); at += script_.drip_bytes) {
      auto piece = bytes.substr(at, script_.drip_bytes);
      co_await send(std::move(piece));
      const auto every = clock_->to_wall(script_.drip_every);
      co_await pause(every);
    }
  }
  if (reaches_end) co_await come_to_an_end();
}

asio::awaitable<void> ReplyStream::come_to_an_end() {
  if (over()) co_return;
  boost::system::error_code ignored;
  switch (script_.ending) {
    case FaultScript::Ending::none:
      co_return;
    case FaultScript::Ending::reset:
      // TCP says RST; a Unix socket can only be closed.
      socket_->set_option(asio::socket_base::linger(true, 0), ignored);
      socket_->close(ignored);
      over_ = Over::fault;
      co_return;
    case FaultScript::Ending::close:
      over_ = Over::fault;
      co_return;
    case FaultScript::Ending::half_close:
      socket_->shutdown(StreamSocket::shutdown_send, ignored);
      break;
    case FaultScript::Ending::stall:
      break;
  }
  co_await wait_for_client_to_leave();
}

asio::awaitable<void> ReplyStream::begin(int status, std::string content_type) {
  begun_ = true;
  request_->status = status;
  auto head = stream_head(status, server_minor_, content_type, chunked_, keep_alive_);
  co_await send(std::move(head));
  request_->bytes = 0;
  if (script_.ending_at == 0) co_await come_to_an_end();
}

asio::awaitable<void> ReplyStream::hijack(std::string content_type, bool upgrade) {
  auto headers = fmt::format("Content-Type: {}\r\n{}", content_type, upgrade ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "");
  co_await take_over(upgrade ? 101 : 200, std::move(headers));
}

asio::awaitable<void> ReplyStream::hijack_web_socket(std::string accept) {
  auto headers = fmt::format("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {}\r\n", accept);
  co_await take_over(101, std::move(headers));
}

asio::awaitable<void> ReplyStream::take_over(int status, std::string headers) {
  begun_ = hijacked_ = true;
  chunked_ = false;
  request_->status = status;
  auto head = answer_head(status, server_minor_) + headers + "\r\n";
  co_await send(std::move(head));
  request_->bytes = 0;
  if (script_.ending_at == 0) co_await come_to_an_end();
  constexpr Nanos kStep = std::chrono::milliseconds{5};
  constexpr int kSteps = 200;
  for (int step = 0; step < kSteps && !over(); ++step) {
    int unread = 0;
    if (step > 0 && (::ioctl(socket_->native_handle(), TIOCOUTQ, &unread) != 0 || unread == 0)) break;
    co_await pause(kStep);
  }
}

asio::awaitable<void> ReplyStream::write(std::string bytes) {
  if (bytes.empty() || over()) co_return;
  // Made before the co_await: g++ 12 destroys a conditional temporary inside one twice.
  if (chunked_) bytes = fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
  co_await send_body(std::move(bytes));
}

asio::awaitable<void> ReplyStream::end_following() {
  if (script_.hold_open) {
    co_await wait_for_client_to_leave();
  } else {
    co_await end();
  }
}

asio::awaitable<void> ReplyStream::end() {
  if (script_.ending != FaultScript::Ending::none) {
    // The body was shorter than the fault's place in it.
    co_await come_to_an_end();
    co_return;
  }
  if (!chunked_) co_return;
  std::string last_chunk = "0\r\n\r\n";
  co_await send_body(std::move(last_chunk));
}

asio::awaitable<void> ReplyStream::send_reply(Reply reply) {
  request_->status = reply.status;
  auto head = head_of(reply, server_minor_, is_head_, keep_alive_);
  if (!script_.hit && !over()) {
    // A long answer is sent from where it lies.
    begun_ = sent_whole_ = true;
    const std::string_view text = is_bodiless(reply, is_head_) ? std::string_view{} : reply.text();
    const auto sent = co_await send_answer(*socket_, head, text);
    connection_->bytes += sent.bytes;
    request_->bytes = text.size();
    if (!sent.whole && !over()) over_ = Over::client;
    co_return;
  }
  std::string body;
  if (!is_bodiless(reply, is_head_)) body = reply.text();
  co_await send_whole(std::move(head), std::move(body));
}

asio::awaitable<void> ReplyStream::let_others_run() {
  co_await asio::post(socket_->get_executor(), asio::use_awaitable);
}

asio::awaitable<void> ReplyStream::send_whole(std::string head, std::string body) {
  begun_ = sent_whole_ = true;
  co_await send(std::move(head));
  request_->bytes = 0;
  if (script_.ending_at == 0) co_await come_to_an_end();
  if (!body.empty()) co_await send_body(std::move(body));
}

asio::awaitable<void> ReplyStream::wait(asio::steady_timer& timer) {
  using namespace asio::experimental::awaitable_operators;
  if (over()) co_return;
  // Once its input has ended, a socket is always readable; that it is gone shows as an error then.
  // Nor is more input taken than has a place: the client waits.
  const bool is_full = hijacked_ && unread_.size() >= kMostInput;
  const auto what = input_closed_ || is_full ? StreamSocket::wait_error : StreamSocket::wait_read;
  const auto result = co_await (timer.async_wait(kAsTuple) || socket_->async_wait(what, kAsTuple));
  if (result.index() == 1 && !over()) read_ahead();
}

asio::awaitable<void> ReplyStream::pause(Nanos wall) {
  const auto end = asio::steady_timer::clock_type::now() + wall;
  pause_.expires_at(end);
  while (!over() && asio::steady_timer::clock_type::now() < end) co_await wait(pause_);
}

asio::awaitable<void> ReplyStream::wait_for_client_to_leave() {
  pause_.expires_at(asio::steady_timer::time_point::max());
  while (!over()) co_await wait(pause_);
}

void ReplyStream::read_ahead() {
  std::array<char, 64 * 1024> bytes;
  const auto count = ::recv(socket_->native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (count > 0) {
    unread_.append(bytes.data(), static_cast<std::size_t>(count));
    if (unread_.size() > kMostUnread) over_ = Over::client;
  } else if (count == 0 && hijacked_) {
    input_closed_ = true;
    pollfd gone{socket_->native_handle(), 0, 0};
    if (::poll(&gone, 1, 0) > 0 && (gone.revents & (POLLHUP | POLLERR)) != 0) over_ = Over::client;
  } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
    over_ = Over::client;
  }
}

}  // namespace leakrig
