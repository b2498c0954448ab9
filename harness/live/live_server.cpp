#include "harness/live/live_server.h"

#include <fmt/format.h>

#include <charconv>

#include "harness/core/error.h"
#include "harness/report/html.h"

namespace leakrig {
namespace {

constexpr Nanos kFirstPage = std::chrono::seconds{5};
constexpr Nanos kHeartbeat = std::chrono::seconds{5};

struct Address {
  std::string host;
  int port = 0;
};

Address parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  Address address{text.substr(0, colon), -1};
  if (colon != std::string::npos)
    std::from_chars(text.data() + colon + 1, text.data() + text.size(), address.port);
  const bool loopback = address.host == "localhost" || address.host.starts_with("127.");
  if (!loopback || address.port < 0 || address.port > 65535)
    throw UsageError(
        fmt::format("--live {}: a loopback address is needed, e.g. 127.0.0.1:0 (port 0: any)", text));
  return address;
}

}  // namespace

LiveServer::LiveServer(const std::string& address, EventFeed& feed) : feed_(feed), server_(*this) {
  const auto [host, port] = parse_address(address);
  host_ = host;
  server_.Get("/", [this](const httplib::Request&, httplib::Response& response) { serve_page(response); });
  server_.Get("/events",
              [this](const httplib::Request&, httplib::Response& response) { serve_events(response); });
  port_ = port == 0 ? server_.bind_to_any_port(host) : server_.bind_to_port(host, port) ? port : -1;
  if (port_ <= 0) throw Error(fmt::format("--live {}: cannot be listened on; is the port taken?", address));
  std::promise<void> ended;
  ended_ = ended.get_future();
  listener_ = std::jthread([this, ended = std::move(ended)]() mutable {
    server_.listen_after_bind();
    ended.set_value();
  });
}

LiveServer::~LiveServer() {
  feed_.end();
  server_.shut_connections();
  // httplib ignores a stop that comes before its loop has begun, so it is said until heard.
  do {
    server_.stop();
  } while (ended_.wait_for(std::chrono::milliseconds{1}) != std::future_status::ready);
}

std::string LiveServer::url() const {
  return fmt::format("http://{}:{}/", host_, port_);
}

void LiveServer::serve_page(httplib::Response& response) const {
  const auto page = feed_.page(kFirstPage);
  response.set_header("Connection", "close");
  response.set_header("Cache-Control", "no-store");
  if (page == nullptr) {
    response.status = 503;
    response.set_header("Retry-After", "1");
    response.set_content("nothing to show yet\n", "text/plain");
    return;
  }
  response.set_content(html_page(*page), "text/html; charset=utf-8");
}

void LiveServer::serve_events(httplib::Response& response) {
  response.set_header("Connection", "close");
  response.set_header("Cache-Control", "no-store");
  if (++readers_ > kMostReaders) {
    --readers_;
    response.status = 503;
    response.set_content("too many pages are open\n", "text/plain");
    return;
  }
  response.set_chunked_content_provider(
      "text/event-stream",
      [this, cursor = EventFeed::Cursor{}](std::size_t, httplib::DataSink& sink) mutable {
        const auto text = feed_.next(cursor, kHeartbeat);
        if (!text) {
          sink.done();
          return true;
        }
        return sink.write(text->data(), text->size());
      },
      [this](bool) { --readers_; });
}

}  // namespace leakrig
