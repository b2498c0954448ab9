#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "harness/core/memory_budget.h"
#include "harness/fake_docker/http/connection.h"
#include "harness/fake_docker/http/message.h"
#include "harness/fake_docker/http/stream_socket.h"

namespace leakrig {

/// A request as it came, before anybody looks at what it asks for.
struct WireRequest {
  std::string method;
  std::string target;
  std::string body;
  std::string upgrade;
  std::string web_socket_key;
  std::string user_agent;
  std::string host;
  std::string origin;
  bool keep_alive = true;
  bool chunked = true;  ///< HTTP/1.1
};
struct ClientGone {};
/// A request; or none, as the client has left; or what one that cannot be parsed is answered with.
using ReadOutcome = std::variant<ClientGone, Reply, WireRequest>;

/// Reads a connection's requests one by one, within limits. Lives in its session, as
/// do the socket and the record, in which it counts bytes.
class RequestReader {
 public:
  /// What bodies hold before they are whole comes out of `bodies`, which outlives this.
  RequestReader(StreamSocket& socket, ConnectionRecord& connection, MemoryBudget& bodies)
      : socket_(&socket), connection_(&connection), bodies_(&bodies) {}

  boost::asio::awaitable<ReadOutcome> read();
  /// Whether a request has begun to come and is not whole.
  bool is_half_read() const { return is_half_read_; }
  /// What has been read beyond the request.
  std::string take_unread();
  /// Bytes of the next request that somebody else has read.
  void put_back(std::string_view bytes);

 private:
  static constexpr std::uint32_t kHeaderLimit = 64 * 1024;
  static constexpr std::uint64_t kBodyLimit = 1024 * 1024;
  static constexpr std::uint64_t kFilesLimit = 32U << 20U;

  StreamSocket* socket_;
  ConnectionRecord* connection_;
  MemoryBudget* bodies_;
  bool is_half_read_ = false;
  boost::beast::flat_buffer buffer_{2 * kHeaderLimit};
};

}  // namespace leakrig
