#include "harness/live/live_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/core/error.h"
#include "harness/report/html.h"

namespace leakrig {
namespace {

constexpr Nanos kFirstPage = std::chrono::seconds{5};
constexpr Nanos kHeartbeat = std::chrono::seconds{5};

constexpr std::size_t kMostBody = 4096;  // nobody has anything to send

ServedAnswer text_answer(int status, const std::string& text) {
  ServedAnswer answer;
  answer.status = status;
  answer.content_type = "text/plain";
  answer.body = text;
  answer.headers.emplace_back("Cache-Control", "no-store");
  answer.close = true;
  return answer;
}

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

LiveServer::LiveServer(const std::string& address, EventFeed& feed)
    : feed_(feed),
      host_(parse_address(address).host),
      server_(*this, host_, parse_address(address).port, kMostBody,
              [this](const ServedRequest& request) { return answer(request); }) {}

LiveServer::~LiveServer() {
  feed_.end();
}

std::string LiveServer::url() const {
  return fmt::format("http://{}:{}/", host_, server_.port());
}

bool is_own_host(std::string_view host) {
  const auto colon = host.rfind(':');
  const auto port = colon == std::string_view::npos ? "" : host.substr(colon + 1);
  if (!std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; })) return false;
  std::string name{host.substr(0, colon)};
  if (name == "localhost") return true;
  in_addr address{};
  return ::inet_pton(AF_INET, name.c_str(), &address) == 1 && name.starts_with("127.");
}

ServedAnswer LiveServer::answer(const ServedRequest& request) {
  if (!is_own_host(request.host))
    return text_answer(403, "the Host must be a loopback address or localhost\n");
  const bool get = request.method == "GET" || request.method == "HEAD";
  if (get && request.path == "/") return page();
  if (get && request.path == "/events") return events();
  return text_answer(404, "not found\n");
}

ServedAnswer LiveServer::page() const {
  const auto latest = feed_.page(kFirstPage);
  if (latest == nullptr) {
    auto none = text_answer(503, "nothing to show yet\n");
    none.headers.emplace_back("Retry-After", "1");
    return none;
  }
  auto shown = text_answer(200, html_page(*latest));
  shown.content_type = "text/html; charset=utf-8";
  return shown;
}

ServedAnswer LiveServer::events() {
  if (++readers_ > kMostReaders) {
    --readers_;
    return text_answer(503, "too many pages are open\n");
  }
  auto told = text_answer(200, "");
  told.content_type = "text/event-stream";
  // Counted until the answer is done with, sent or not.
  auto reading = std::shared_ptr<void>(nullptr, [this](void*) { --readers_; });
  told.stream = [this, reading](const std::function<bool(std::string_view)>& send) {
    EventFeed::Cursor cursor;
    while (const auto text = feed_.next(cursor, kHeartbeat)) {
      if (!send(*text)) return;
    }
  };
  return told;
}

}  // namespace leakrig
