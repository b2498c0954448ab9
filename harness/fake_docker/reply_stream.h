#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <string_view>

#include "harness/fake_docker/message.h"
#include "harness/fake_docker/request_ledger.h"

namespace leakrig {

using StreamSocket = boost::asio::generic::stream_protocol::socket;

/// An answer that is written as it comes about (events, stats). Lives in its session's coroutine.
class ReplyStream {
 public:
  ReplyStream(StreamSocket& socket, ConnectionRecord& connection, RequestRecord& request,
              const Request& asked, ApiMinor server_minor);

  /// Sends the status and the headers at once.
  boost::asio::awaitable<void> begin(int status, std::string content_type);
  boost::asio::awaitable<void> write(std::string bytes);
  /// The end of a complete answer.
  boost::asio::awaitable<void> end();
  /// Until `timer` expires or is cancelled, or the client is gone.
  boost::asio::awaitable<void> wait(boost::asio::steady_timer& timer);

  bool client_gone() const { return client_gone_; }
  bool begun() const { return begun_; }

 private:
  boost::asio::awaitable<void> send(std::string bytes);

  StreamSocket* socket_;
  ConnectionRecord* connection_;
  RequestRecord* request_;
  ApiMinor server_minor_;
  bool chunked_;
  bool keep_alive_;
  bool begun_ = false;
  bool client_gone_ = false;
  bool client_spoke_ = false;  ///< bytes of a next request are waiting, so readability says nothing more
};

}  // namespace leakrig
