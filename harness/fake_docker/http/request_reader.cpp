#include "harness/fake_docker/http/request_reader.h"

#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <algorithm>
#include <cstring>
#include <utility>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

/// What comes of a request that has not come whole.
ReadOutcome read_failure(const beast::error_code& error) {
  const bool is_parse_error = error.category() == http::make_error_code(http::error::bad_method).category();
  if (!is_parse_error || error == http::error::end_of_stream || error == http::error::partial_message)
    return ClientGone{};
  if (error == http::error::header_limit || error == http::error::buffer_overflow)
    return error_reply(431, "request header fields too large: the limit is 64 KiB");
  if (error == http::error::body_limit) return error_reply(413, "request body too large: the limit is 1 MiB, and 32 MiB for files");
  return error_reply(400, "malformed HTTP request: " + error.message());
}

/// Whether the body is a tar file.
bool is_file_upload(std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  return path.ends_with("/archive") || path.ends_with("/images/load") || path.ends_with("/build");
}

}  // namespace

asio::awaitable<ReadOutcome> RequestReader::read() {
  http::request_parser<http::string_body> parser;
  parser.header_limit(kHeaderLimit);
  parser.body_limit(kFilesLimit);
  parser.eager(false);
  while (!parser.is_header_done()) {
    const auto [error, bytes] = co_await http::async_read_some(*socket_, buffer_, parser, kAsTuple);
    connection_->bytes += bytes;
    if (error) co_return read_failure(error);
    is_half_read_ = !parser.is_header_done();
  }
  is_half_read_ = !parser.is_done();
  if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [error, sent] = co_await asio::async_write(*socket_, asio::buffer(go_on), kAsTuple);
    connection_->bytes += sent;
    if (error) co_return ClientGone{};
  }
  // Files alone come in larger bodies.
  if (!is_file_upload(parser.get().target())) {
    if (parser.content_length().value_or(0) > kBodyLimit) co_return read_failure(http::error::body_limit);
    parser.body_limit(kBodyLimit);
  }
  auto share = bodies_->share();
  while (!parser.is_done()) {
    // A length is taken at its word, as the body's memory is reserved for it; in chunks it grows.
    const auto expected = static_cast<std::size_t>(parser.content_length().value_or(0));
    if (!share.resize(std::max(expected, parser.get().body().capacity())))
      co_return error_reply(503, "the daemon holds too many request bodies that have not come whole");
    const auto [body_error, body_bytes] = co_await http::async_read_some(*socket_, buffer_, parser, kAsTuple);
    connection_->bytes += body_bytes;
    if (body_error) co_return read_failure(body_error);
  }
  auto& message = parser.get();
  WireRequest request;
  request.method = message.method_string();
  request.target = message.target();
  request.upgrade = message[http::field::upgrade];
  request.web_socket_key = message[http::field::sec_websocket_key];
  request.user_agent = message[http::field::user_agent];
  request.host = message[http::field::host];
  request.origin = message[http::field::origin];
  is_half_read_ = false;
  request.keep_alive = message.keep_alive();
  request.chunked = message.version() >= 11;
  request.body = std::move(message.body());
  co_return request;
}

std::string RequestReader::take_unread() {
  const auto bytes = buffer_.data();
  std::string text{static_cast<const char*>(bytes.data()), bytes.size()};
  buffer_.consume(bytes.size());
  return text;
}

void RequestReader::put_back(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto space = buffer_.prepare(bytes.size());
  std::memcpy(space.data(), bytes.data(), bytes.size());
  buffer_.commit(bytes.size());
}

}  // namespace leakrig
