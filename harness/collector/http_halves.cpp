#include "harness/collector/http_halves.h"

#include <httplib.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace leakrig {
namespace {

/// The parts of httplib's stream that neither half uses.
class HalfStream : public httplib::Stream {
 public:
  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  void get_remote_ip_and_port(std::string&, int&) const override {}
  void get_local_ip_and_port(std::string&, int&) const override {}
  socket_t socket() const override { return INVALID_SOCKET; }
};

class WriteStream final : public HalfStream {
 public:
  explicit WriteStream(int fd) : fd_(fd) {}
  ssize_t read(char*, size_t) override { return -1; }  // the answer belongs to the read loop
  ssize_t write(const char* from, size_t size) override {
    ssize_t n = 0;
    do {
      n = ::send(fd_, from, size, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n;
  }

 private:
  int fd_;
};

class ReadStream final : public HalfStream {
 public:
  explicit ReadStream(BufferedSocket& socket) : socket_(socket) {}
  ssize_t read(char* to, size_t size) override { return socket_.read(to, size); }
  ssize_t write(const char*, size_t size) override {
    return static_cast<ssize_t>(size);
  }  // the write loop did

 private:
  BufferedSocket& socket_;
};

bool same_token(const std::string& a, const char* b) {
  return std::equal(a.begin(), a.end(), b, b + std::char_traits<char>::length(b),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

HttpHead head_of(const httplib::Response& response, const std::string& method) {
  HttpHead head;
  head.status = response.status;
  head.headers.assign(response.headers.begin(), response.headers.end());
  const auto length = head.header("Content-Length");
  const auto chunked = same_token(head.header("Transfer-Encoding"), "chunked");
  head.has_body =
      method != "HEAD" && response.status != 204 && response.status != 304 && (chunked || length != "0");
  const auto delimited = !head.has_body || chunked || !length.empty();
  head.keep_alive =
      delimited && response.version == "HTTP/1.1" && !same_token(head.header("Connection"), "close");
  return head;
}

}  // namespace

std::string HttpHead::header(const std::string& name) const {
  const auto at = std::find_if(headers.begin(), headers.end(),
                               [&](const auto& entry) { return same_token(entry.first, name.c_str()); });
  return at != headers.end() ? at->second : std::string{};
}

BufferedSocket::Readiness BufferedSocket::wait(
    std::optional<std::chrono::steady_clock::time_point> deadline) {
  if (begin_ != end_) return Readiness::ready;
  while (true) {
    auto timeout = -1;
    if (deadline) {
      const auto left = *deadline - std::chrono::steady_clock::now();
      if (left <= left.zero()) return Readiness::timed_out;
      constexpr std::chrono::milliseconds kLongest{std::chrono::hours{1}};
      timeout =
          static_cast<int>(std::min(std::chrono::ceil<std::chrono::milliseconds>(left), kLongest).count());
    }
    pollfd waiting{fd_, POLLIN, 0};
    const auto n = ::poll(&waiting, 1, timeout);
    if (n > 0) return fill() > 0 ? Readiness::ready : Readiness::ended;
    if (n < 0 && errno != EINTR) return Readiness::ended;
  }
}

std::ptrdiff_t BufferedSocket::read(char* to, std::size_t size) {
  if (begin_ == end_) {
    const auto n = fill();
    if (n <= 0) return n;
  }
  const auto n = std::min(size, end_ - begin_);
  std::copy_n(buffer_.data() + begin_, n, to);
  begin_ += n;
  return static_cast<std::ptrdiff_t>(n);
}

std::ptrdiff_t BufferedSocket::fill() {
  ssize_t n = 0;
  do {
    n = ::recv(fd_, buffer_.data(), buffer_.size(), 0);
  } while (n < 0 && errno == EINTR);
  begin_ = 0;
  end_ = n > 0 ? static_cast<std::size_t>(n) : 0;
  return n;
}

/// httplib's client, for its exchange alone: it never connects.
class HttpHalves::Exchanger final : public httplib::ClientImpl {
 public:
  explicit Exchanger(std::string host) : httplib::ClientImpl("localhost"), host_header(std::move(host)) {
    set_url_encode(false);
    set_decompress(false);
  }
  using httplib::ClientImpl::process_request;

  httplib::Request request_of(const HttpRequest& request) const {
    httplib::Request made;
    made.method = request.method;
    made.path = request.path;
    made.body = request.body;
    made.set_header("Host", host_header);
    made.set_header("User-Agent", "leakrig-collector");
    if (!request.content_type.empty()) made.set_header("Content-Type", request.content_type);
    return made;
  }

  const std::string host_header;
};

HttpHalves::HttpHalves(const std::string& host_header)
    : exchanger_(std::make_unique<Exchanger>(host_header)) {}
HttpHalves::~HttpHalves() = default;

bool HttpHalves::write_request(int fd, const HttpRequest& request, bool close_connection) {
  WriteStream stream{fd};
  auto made = exchanger_->request_of(request);
  httplib::Response none;
  auto error = httplib::Error::Success;
  exchanger_->process_request(stream, made, none, close_connection, error);
  // Having written everything, httplib goes on to read, which this half refuses.
  return error == httplib::Error::Read;
}

std::optional<std::string> HttpHalves::read_response(BufferedSocket& socket, const HttpRequest& request,
                                                     const Receiver& receiver) {
  ReadStream stream{socket};
  auto made = exchanger_->request_of(request);
  auto head_given = false;
  made.response_handler = [&](const httplib::Response& response) {
    head_given = true;
    return receiver.head(head_of(response, request.method));
  };
  made.content_receiver = [&](const char* data, size_t size, std::uint64_t, std::uint64_t) {
    return receiver.body(data, size);
  };
  httplib::Response response;
  auto error = httplib::Error::Success;
  if (!exchanger_->process_request(stream, made, response, /*close_connection=*/false, error)) {
    return error == httplib::Error::Canceled ? "given up by the reader" : "unexpected end of the answer";
  }
  if (!head_given && !receiver.head(head_of(response, request.method))) return "given up by the reader";
  return std::nullopt;
}

}  // namespace leakrig
