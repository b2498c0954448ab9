#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/collector/http_message.h"

namespace leakrig {

/// Reads a socket through a small buffer (4 KiB, as Go's). One thread.
class BufferedSocket {
 public:
  explicit BufferedSocket(int fd) : fd_(fd) {}

  enum class Readiness { ready, ended, timed_out };
  /// Waits until there is something to read, the peer has ended the connection, or the deadline.
  Readiness wait(std::optional<std::chrono::steady_clock::time_point> deadline);
  /// At least one byte, 0 at the end, -1 on an error. Blocks; shutdown() of the socket ends it.
  std::ptrdiff_t read(char* to, std::size_t size);

 private:
  std::ptrdiff_t fill();

  int fd_;
  std::array<char, 4096> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

/// HTTP/1.1 by cpp-httplib, cut in two as Go's transport cuts it: the write loop serialises a request, the
/// read loop parses the answer. Both run httplib's client exchange over a stream of which only their half is
/// connected. The two halves may run in two threads at once. One object a connection.
class HttpHalves {
 public:
  explicit HttpHalves(const std::string& host_header);
  ~HttpHalves();

  /// False if the socket did not take it all.
  bool write_request(int fd, const HttpRequest& request, bool close_connection);

  struct Receiver {
    /// Once, before the body; false gives up.
    std::function<bool(const HttpHead&)> head;
    /// A piece of the body; returns when more may come, false gives up.
    std::function<bool(const char*, std::size_t)> body;
  };
  /// Nothing if the answer was read to its end, else what went wrong.
  std::optional<std::string> read_response(BufferedSocket& socket, const HttpRequest& request,
                                           const Receiver& receiver);

 private:
  class Exchanger;
  std::unique_ptr<Exchanger> exchanger_;
};

}  // namespace leakrig
