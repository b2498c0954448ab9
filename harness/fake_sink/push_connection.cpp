#include "harness/fake_sink/push_connection.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cctype>
#include <cerrno>

#include "harness/core/content_coding.h"

namespace leakrig {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using RequestParser = http::request_parser<http::string_body>;

constexpr std::uint32_t kHeaderLimit = 64 * 1024;

/// A target's path: without the query, and without the origin that a client puts before it for a proxy.
std::string path_of(std::string_view target) {
  if (const auto origin = target.find("://"); origin != std::string_view::npos && !target.starts_with('/')) {
    const auto path = target.find('/', origin + 3);
    target = path == std::string_view::npos ? "/" : target.substr(path);
  }
  return std::string{target.substr(0, target.find('?'))};
}

/// A header's value in lower case, up to its parameters.
std::string plain_value(beast::string_view value) {
  std::string plain{value.substr(0, value.find(';'))};
  while (!plain.empty() && plain.back() == ' ') plain.pop_back();
  std::transform(plain.begin(), plain.end(), plain.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return plain;
}

void undo_coding(std::size_t limit, ServedRequest& request) {
  auto decoded = decoded_body(request.coding, request.body, limit);
  if (auto* body = std::get_if<std::string>(&decoded)) {
    request.body = std::move(*body);
  } else if (std::holds_alternative<DecodedTooLarge>(decoded)) {
    request.state = ServedRequest::Body::too_large;
  } else if (std::holds_alternative<UnknownCoding>(decoded)) {
    request.state = ServedRequest::Body::unknown_encoding;
  } else {
    request.state = ServedRequest::Body::unreadable;
  }
}

std::string head_of(const ServedAnswer& answer, bool keep_alive) {
  const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status)));
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", answer.status, std::string_view{reason});
  if (!answer.content_type.empty()) head += fmt::format("Content-Type: {}\r\n", answer.content_type);
  for (const auto& [name, value] : answer.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (!answer.stream && answer.status != 204)
    head += fmt::format("Content-Length: {}\r\n", answer.body.size());
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

}  // namespace

std::optional<PushConnection::Head> PushConnection::read(
    const std::function<void(const ServedRequest&)>& opened) {
  RequestParser parser;
  parser.header_limit(kHeaderLimit);
  parser.body_limit(boost::none);  // the limit is ours: more is an answer, not an error
  if (!read_head(parser)) return std::nullopt;
  Head head;
  head.keep_alive = parser.get().keep_alive();
  head.request.asks_to_close = !head.keep_alive;
  head.request.user_agent = parser.get()[http::field::user_agent];
  head.request.host = parser.get()[http::field::host];
  head.request.method = std::string{parser.get().method_string()};
  head.request.path = path_of({parser.get().target().data(), parser.get().target().size()});
  head.request.content_type = plain_value(parser.get()[http::field::content_type]);
  head.request.coding = plain_value(parser.get()[http::field::content_encoding]);
  head.request.has_authorization = parser.get().find(http::field::authorization) != parser.get().end();
  head.request.connection = connection_;
  opened(head.request);
  if (must_tell_to_go_on(parser) && unparsed_.empty()) send_counted("HTTP/1.1 100 Continue\r\n\r\n");
  head.share = std::make_unique<MessageRoom::Share>(room_);
  head.request.state = read_body(parser, *head.share);
  head.request.body = std::move(parser.get().body());
  if (head.request.state == ServedRequest::Body::whole && !head.request.coding.empty()) decode(head.request, *head.share);
  // What is left of such a body would be taken for the next request.
  if (!parser.is_done()) head.keep_alive = false;
  return head;
}

template <typename Parser>
bool PushConnection::must_tell_to_go_on(const Parser& parser) const {
  const auto length = parser.content_length();
  const bool has_body = parser.chunked() || (length && *length > 0);
  return parser.get().version() >= 11 && has_body && (!length || *length <= max_body_bytes_) &&
         beast::iequals(parser.get()[http::field::expect], "100-continue");
}

template <typename Parser>
bool PushConnection::read_head(Parser& parser) {
  Deadline deadline;
  while (!parser.is_header_done()) {
    beast::error_code error;
    if (!unparsed_.empty()) {
      unparsed_.erase(0, parser.put(asio::buffer(unparsed_), error));
      if (error && error != http::error::need_more) {
        refuse(error == http::error::header_limit ? 431 : 400);
        return false;
      }
      if (parser.is_header_done()) return true;
      if (!deadline) deadline = std::chrono::steady_clock::now() + time_.head;
    }
    switch (receive(deadline)) {
      case Received::bytes:
        break;
      case Received::late:
        refuse(408);
        return false;
      case Received::ended:
        return false;
    }
  }
  return true;
}

template <typename Parser>
ServedRequest::Body PushConnection::read_body(Parser& parser, MessageRoom::Share& share) {
  const auto length = parser.content_length();
  if (length && *length > max_body_bytes_) return ServedRequest::Body::too_large;
  const Deadline deadline = std::chrono::steady_clock::now() + time_.body;
  while (!parser.is_done()) {
    beast::error_code error;
    if (!unparsed_.empty()) unparsed_.erase(0, parser.put(asio::buffer(unparsed_), error));
    if (error && error != http::error::need_more) return ServedRequest::Body::unreadable;
    if (parser.get().body().size() > max_body_bytes_) return ServedRequest::Body::too_large;
    if (parser.is_done()) break;
    // A length is taken at its word, as the parser reserves it.
    const auto expected = static_cast<std::size_t>(length.value_or(0));
    if (!share.resize(std::max(expected, parser.get().body().capacity()))) return ServedRequest::Body::no_room;
    if ((unparsed_.empty() || error == http::error::need_more) && receive(deadline) != Received::bytes)
      return ServedRequest::Body::unreadable;
  }
  return ServedRequest::Body::whole;
}

void PushConnection::decode(ServedRequest& request, MessageRoom::Share& share) {
  const MessageRoom::Turn turn(room_);
  undo_coding(max_body_bytes_, request);
  if (share.resize(request.body.capacity())) return;
  request.state = ServedRequest::Body::no_room;
  request.body = {};
}

ConnectionObserver::Answer PushConnection::send(const Head& asked, const ServedAnswer& answer) {
  ConnectionObserver::Answer sent{answer.status, 0};
  const bool keep_alive = asked.keep_alive && !answer.close && !answer.stream;
  std::string text = head_of(answer, keep_alive);
  if (asked.request.method != "HEAD" && !answer.stream) {
    text += answer.body;
    sent.body_bytes = answer.body.size();
  }
  if (!send_counted(text)) return {};
  if (answer.stream && asked.request.method != "HEAD") {
    answer.stream([&](std::string_view piece) {
      if (!send_counted(piece)) return false;
      sent.body_bytes += piece.size();
      return true;
    });
  }
  return sent;
}

void PushConnection::refuse(int status) {
  ServedAnswer answer;
  answer.status = status;
  answer.content_type = "text/plain";
  answer.close = true;
  send_counted(head_of(answer, false));
}

PushConnection::Received PushConnection::receive(const Deadline& deadline) {
  using std::chrono::milliseconds;
  pollfd readable{socket_, POLLIN, 0};
  int ready = 0;
  do {
    const auto left = deadline ? std::chrono::ceil<milliseconds>(*deadline - std::chrono::steady_clock::now())
                               : milliseconds{-1};
    if (deadline && left <= milliseconds{0}) return Received::late;
    ready = ::poll(&readable, 1, static_cast<int>(left.count()));
  } while (ready == 0 || (ready < 0 && errno == EINTR));
  const std::size_t n = receive_some(socket_, buffer_);
  if (n == 0) return Received::ended;
  bytes_ += n;
  unparsed_.append(buffer_.data(), n);
  return Received::bytes;
}

bool PushConnection::send_counted(std::string_view text) {
  const std::size_t sent = send_all(socket_, text);
  bytes_ += sent;
  return sent == text.size();
}

}  // namespace leakrig
