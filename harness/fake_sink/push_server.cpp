#include "harness/fake_sink/push_server.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <list>
#include <string_view>
#include <thread>

namespace leakrig {
namespace {

/// httplib's view of a connection: plain blocking reads and writes, counted.
class SocketStream final : public httplib::Stream {
 public:
  explicit SocketStream(socket_t sock) : sock_(sock) {}

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t size) override {
    if (begin_ == end_) {
      const auto n = receive();
      if (n <= 0) return n;
    }
    const auto n = std::min(size, end_ - begin_);
    std::copy_n(buffer_.data() + begin_, n, to);
    begin_ += n;
    return static_cast<ssize_t>(n);
  }
  ssize_t write(const char* from, size_t size) override {
    if (answer_.status == 0) {
      note_status({from, size});  // status line and headers are one write
    } else {
      answer_.body_bytes += size;
    }
    const auto n = ::send(sock_, from, size, MSG_NOSIGNAL);
    if (n > 0) bytes_ += static_cast<std::uint64_t>(n);
    return n;
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override { name(ip, port, ::getpeername); }
  void get_local_ip_and_port(std::string& ip, int& port) const override { name(ip, port, ::getsockname); }
  // httplib refuses descriptors beyond select()'s reach; nothing here selects.
  socket_t socket() const override { return INVALID_SOCKET; }

  /// Waits for the next request; false when the peer or the server has ended the connection.
  bool wait_for_request() {
    if (begin_ != end_) return true;
    pollfd waiting{sock_, POLLIN, 0};
    while (::poll(&waiting, 1, -1) < 0) {
      if (errno != EINTR) return false;
    }
    return receive() > 0;
  }
  void begin_answer() { answer_ = {}; }
  ConnectionObserver::Answer answer() const { return answer_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  ssize_t receive() {
    ssize_t n = 0;
    do {
      n = ::recv(sock_, buffer_.data(), buffer_.size(), 0);
    } while (n < 0 && errno == EINTR);
    begin_ = 0;
    end_ = n > 0 ? static_cast<std::size_t>(n) : 0;
    bytes_ += end_;
    return n;
  }
  void note_status(std::string_view head) {
    constexpr std::size_t kStatusAt = 9;  // after "HTTP/1.1 "
    if (head.size() < kStatusAt + 3) return;
    std::from_chars(head.data() + kStatusAt, head.data() + kStatusAt + 3, answer_.status);
  }
  template <typename GetName>
  void name(std::string& ip, int& port, GetName get_name) const {
    sockaddr_storage address{};
    socklen_t length = sizeof address;
    if (get_name(sock_, reinterpret_cast<sockaddr*>(&address), &length) != 0) return;
    char host[NI_MAXHOST];
    char service[NI_MAXSERV];
    if (::getnameinfo(reinterpret_cast<sockaddr*>(&address), length, host, sizeof host, service,
                      sizeof service, NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
      return;
    }
    ip = host;
    const std::string_view digits{service};
    std::from_chars(digits.data(), digits.data() + digits.size(), port);
  }

  socket_t sock_;
  std::array<char, 16 * 1024> buffer_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t bytes_ = 0;
  ConnectionObserver::Answer answer_;
};

/// A thread a connection; the finished ones are joined when the next is accepted.
class ThreadPerConnection final : public httplib::TaskQueue {
 public:
  void enqueue(std::function<void()> serve) override {
    threads_.remove_if([](const Served& served) { return served.done->load(); });
    auto done = std::make_shared<std::atomic<bool>>(false);
    threads_.push_back({done, std::jthread([serve = std::move(serve), done] {
                          serve();
                          done->store(true);
                        })});
  }
  void shutdown() override { threads_.clear(); }

 private:
  struct Served {
    std::shared_ptr<std::atomic<bool>> done;
    std::jthread thread;
  };
  std::list<Served> threads_;
};

}  // namespace

PushServer::PushServer(ConnectionObserver& observer) : observer_(observer) {
  new_task_queue = [] { return new ThreadPerConnection; };  // httplib owns and deletes it
  // Not httplib's SO_REUSEPORT, with which a second server takes a port that is in use.
  set_socket_options([](socket_t sock) {
    const int on = 1;
    ::setsockopt(sock, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  });
}

void PushServer::shut_connections() {
  const std::lock_guard lock{mutex_};
  stopping_ = true;
  for (const auto& [connection, sock] : open_) ::shutdown(sock, SHUT_RDWR);
}

bool PushServer::process_and_close_socket(socket_t sock) {
  std::uint64_t connection = 0;
  {
    const std::lock_guard lock{mutex_};
    if (!stopping_) {
      connection = ++last_;
      open_.emplace(connection, sock);
    }
  }
  auto served = false;
  if (connection != 0) {
    std::uint64_t bytes = 0;
    observer_.connection_opened(connection);
    served = serve(sock, connection, bytes);
    auto by_server = false;
    {
      const std::lock_guard lock{mutex_};
      open_.erase(connection);
      by_server = stopping_;
    }
    observer_.connection_closed(connection, bytes, by_server);
  }
  ::shutdown(sock, SHUT_RDWR);
  ::close(sock);
  return served;
}

bool PushServer::serve(socket_t sock, std::uint64_t connection, std::uint64_t& bytes) {
  // httplib's time-out for reads would end a slow push and, worse, an idle connection.
  const timeval none{0, 0};
  ::setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
  const int on = 1;  // an answer with a body is two writes, which Nagle would part by 40 ms
  ::setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  SocketStream stream{sock};
  auto answered = true;
  auto closed = false;
  while (answered && !closed && stream.wait_for_request()) {
    auto remote_port = 0;
    auto opened = false;
    stream.begin_answer();
    answered = process_request(stream, /*close_connection=*/false, closed, [&](httplib::Request& request) {
      remote_port = request.remote_port;
      opened = true;
      observer_.request_opened(connection, request);
    });
    if (opened) observer_.request_closed(connection, remote_port, stream.answer());
  }
  bytes = stream.bytes();
  return answered;
}

}  // namespace leakrig
