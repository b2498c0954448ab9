#include "harness/fake_docker/session.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstring>
#include <optional>
#include <utility>

#include "harness/fake_docker/errors.h"
#include "harness/fake_docker/routes.h"

namespace leakrig {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::uint32_t kHeaderLimit = 64 * 1024;
constexpr std::uint64_t kBodyLimit = 1024 * 1024;

int family_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  return ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0 ? address.ss_family : AF_UNIX;
}

StreamSocket adopt(asio::io_context& io, UniqueFd fd) {
  const auto family = family_of(fd.get());
  StreamSocket socket(io);
  boost::system::error_code error;
  socket.assign(asio::generic::stream_protocol(family, 0), fd.get(), error);
  if (!error) fd.release();
  return socket;
}

/// What a request that cannot be parsed is answered with.
Reply parse_failure(const beast::error_code& error) {
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return error_reply(431, "request header fields too large: the limit is 64 KiB");
  }
  if (error == http::error::body_limit) return error_reply(413, "request body too large: the limit is 1 MiB");
  return error_reply(400, "malformed HTTP request: " + error.message());
}

std::string serialize(const Reply& reply, ApiMinor server_minor, bool is_head, bool keep_alive) {
  auto text = answer_head(reply.status, server_minor);
  if (!reply.content_type.empty()) text += "Content-Type: " + reply.content_type + "\r\n";
  for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
  if (!keep_alive) text += "Connection: close\r\n";
  // 204 and 304 have no body and say no length.
  const bool bodiless = reply.status == 204 || reply.status == 304;
  if (!bodiless) text += "Content-Length: " + std::to_string(is_head ? 0 : reply.body.size()) + "\r\n";
  text += "\r\n";
  if (!bodiless && !is_head) text += reply.body;
  return text;
}

}  // namespace

class Sessions::Session {
 public:
  Session(Daemon& daemon, HandedConnection handed)
      : daemon_(&daemon), socket_(adopt(daemon.io, std::move(handed.fd))), connection_(handed.connection) {
    if (handed.unread.empty()) return;
    const auto space = buffer_.prepare(handed.unread.size());
    std::memcpy(space.data(), handed.unread.data(), handed.unread.size());
    buffer_.commit(handed.unread.size());
  }

  asio::awaitable<void> run() {
    while (co_await serve_one()) {
    }
    if (!taken_) daemon_->ledger.close_connection(connection_, closed_by_);
    boost::system::error_code ignored;
    socket_.shutdown(StreamSocket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  void close() {
    closed_by_ = "server";
    closing_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  using Parser = http::request_parser<http::string_body>;

  /// Reads a request and answers it; false when the connection is over.
  asio::awaitable<bool> serve_one() {
    Parser parser;
    parser.header_limit(kHeaderLimit);
    parser.body_limit(kBodyLimit);
    const auto [header_error, header_bytes] =
        co_await http::async_read_header(socket_, buffer_, parser, kAsTuple);
    connection_.bytes += header_bytes;
    if (header_error) co_return co_await fail(header_error);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
      std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      co_await send(std::move(go_on));
    }
    const auto [body_error, body_bytes] = co_await http::async_read(socket_, buffer_, parser, kAsTuple);
    connection_.bytes += body_bytes;
    if (body_error) co_return co_await fail(body_error);

    auto& message = parser.get();
    const std::string method{message.method_string()};
    const std::string target{message.target()};
    auto routed = route_request(method, target, daemon_->api.most);
    auto& request = routed.request;
    request.keep_alive = message.keep_alive();
    request.chunked = message.version() >= 11;
    request.upgrade = message[http::field::upgrade];
    request.body = std::move(message.body());
    parser.release();

    daemon_->advance();
    std::string container;
    if (!request.container.empty()) {
      const auto found = daemon_->fleet.find(request.container);
      container = found.index ? daemon_->fleet.at(*found.index).identity.name : request.container;
    }
    request_ = daemon_->ledger.open_request(connection_, routed.endpoint, std::move(container));
    co_return co_await answer(routed);
  }

  asio::awaitable<bool> answer(const Routed& routed) {
    const auto& request = routed.request;
    Reply reply;
    try {
      check_version(request, daemon_->api);
      if (routed.route == nullptr) throw api_error::page_not_found();
      const auto& handler = routed.route->handler;
      if (const auto* plan = std::get_if<LogStream>(&handler)) {
        hand_over((*plan)(*daemon_, request), request);
        co_return false;
      }
      if (const auto* streamed = std::get_if<Streamed>(&handler)) {
        co_return co_await stream(*streamed, request);
      }
      reply = std::get<Answer>(handler)(*daemon_, request);
    } catch (const ApiError& error) {
      reply = error_reply(error.status(), error.what());
    } catch (const std::exception& error) {
      reply = error_reply(500, error.what());
    }
    co_return co_await finish(reply, request.method == "HEAD", request.keep_alive);
  }

  asio::awaitable<bool> stream(Streamed handler, const Request& request) {
    ReplyStream out(socket_, connection_, request_, request, daemon_->api.most);
    ++daemon_->counters.open_streams;
    std::optional<Reply> refusal;
    bool broken = false;
    try {
      co_await handler(*daemon_, request, out);
    } catch (const ApiError& error) {
      refusal = error_reply(error.status(), error.what());
    } catch (const std::exception& error) {
      refusal = error_reply(500, error.what());
    }
    --daemon_->counters.open_streams;
    if (refusal && !out.begun()) co_return co_await finish(*refusal, false, request.keep_alive);
    broken = refusal.has_value();
    const std::string_view by = closing_            ? "server"
                                : out.client_gone() ? "client"
                                : broken            ? "error"
                                                    : "done";
    daemon_->ledger.close_request(connection_, request_, by);
    if (by == "done" && request.keep_alive && request.chunked) co_return true;
    closed_by_ = by == "client" ? "client" : "server";
    co_return false;
  }

  void hand_over(const LogPlan& plan, const Request& request) {
    auto format_plan = plan;
    format_plan.format.chunked = request.chunked;
    HandedConnection handed;
    handed.keep_alive = request.keep_alive && request.chunked;
    boost::system::error_code error;
    const auto fd = socket_.release(error);
    if (error) throw ApiError(500, error.message());
    handed.fd = UniqueFd(fd);
    handed.connection = connection_;
    request_.status = 200;
    handed.request = std::move(request_);
    const auto unread = buffer_.data();
    handed.unread.assign(static_cast<const char*>(unread.data()), unread.size());
    taken_ = true;
    daemon_->logs.begin(
        format_plan, std::move(handed),
        stream_head(200, daemon_->api.most, plan.content_type, request.chunked, request.keep_alive));
  }

  asio::awaitable<bool> finish(const Reply& reply, bool is_head, bool keep_alive) {
    request_.status = reply.status;
    request_.bytes = is_head ? 0 : reply.body.size();
    auto text = serialize(reply, daemon_->api.most, is_head, keep_alive);
    const bool sent = co_await send(std::move(text));
    daemon_->ledger.close_request(connection_, request_, sent ? "done" : closing_ ? "server" : "client");
    if (sent) closed_by_ = "server";
    if (sent && keep_alive) closed_by_ = "client";
    co_return sent&& keep_alive && !closing_;
  }

  asio::awaitable<bool> fail(const beast::error_code& error) {
    const bool is_parse_error = error.category() == http::make_error_code(http::error::bad_method).category();
    if (!is_parse_error || error == http::error::end_of_stream || error == http::error::partial_message) {
      if (!closing_) closed_by_ = "client";
      co_return false;
    }
    const auto reply = parse_failure(error);
    request_ = daemon_->ledger.open_request(connection_, "malformed", {});
    request_.status = reply.status;
    request_.bytes = reply.body.size();
    auto text = serialize(reply, daemon_->api.most, false, false);
    co_await send(std::move(text));
    daemon_->ledger.close_request(connection_, request_, "error");
    closed_by_ = "error";
    co_return false;
  }

  asio::awaitable<bool> send(std::string bytes) {
    const auto [error, sent] = co_await asio::async_write(socket_, asio::buffer(bytes), kAsTuple);
    connection_.bytes += sent;
    co_return !error;
  }

  Daemon* daemon_;
  StreamSocket socket_;
  beast::flat_buffer buffer_{2 * kHeaderLimit};
  ConnectionRecord connection_;
  RequestRecord request_;
  std::string_view closed_by_ = "client";
  bool taken_ = false;
  bool closing_ = false;
};

Sessions::Sessions(Daemon& daemon) : daemon_(&daemon) {}
Sessions::~Sessions() = default;

void Sessions::serve(HandedConnection handed) {
  sessions_.emplace_front(*daemon_, std::move(handed));
  const auto session = sessions_.begin();
  asio::co_spawn(daemon_->io, session->run(), [this, session](const std::exception_ptr& failure) {
    if (failure) spdlog::error("fake docker: a session failed");
    sessions_.erase(session);
  });
}

void Sessions::close_all() {
  for (auto& session : sessions_) session.close();
}

}  // namespace leakrig
