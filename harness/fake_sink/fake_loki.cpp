#include "harness/fake_sink/fake_loki.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <future>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include "harness/core/error.h"
#include "harness/core/log_marker.h"
#include "harness/fake_sink/delivery_tracker.h"
#include "harness/fake_sink/push_request.h"
#include "harness/fake_sink/push_server.h"

namespace leakrig {
namespace {

constexpr const char* kPushPath = "/loki/api/v1/push";
constexpr const char* kText = "text/plain; charset=utf-8";

bool asks_to_close(const httplib::Request& request) {
  auto wish = request.get_header_value("Connection");
  std::transform(wish.begin(), wish.end(), wish.begin(), [](unsigned char c) { return std::tolower(c); });
  return wish == "close" || (request.version == "HTTP/1.0" && wish != "keep-alive");
}

void answer(httplib::Response& response, int status, const std::string& text) {
  response.status = status;
  response.set_content(text + "\n", kText);
}

}  // namespace

class FakeLoki::Impl final : private ConnectionObserver {
 public:
  Impl(const FakeLokiOptions& options, const ScenarioClock& clock, LedgerSink& ledger)
      : options_(options), clock_(clock), ledger_(ledger), tracker_(clock.scale()), server_(*this) {
    server_.Get("/ready", [](const httplib::Request&, httplib::Response& r) { answer(r, 200, "ready"); });
    server_.Post(kPushPath,
                 [this](const httplib::Request& request, httplib::Response& response,
                        const httplib::ContentReader& content) { push(request, response, content); });
    port_ = options.port == 0 ? server_.bind_to_any_port(options.host)
                              : (server_.bind_to_port(options.host, options.port) ? options.port : -1);
    if (port_ <= 0) {
      throw Error(
          fmt::format("fake Loki: cannot listen on {}:{}; is the port taken?", options.host, options.port));
    }
    std::promise<void> ended;
    ended_ = ended.get_future();
    listener_ = std::jthread([this, ended = std::move(ended)]() mutable {
      server_.listen_after_bind();
      ended.set_value();
    });
  }

  ~Impl() override {
    server_.shut_connections();
    // httplib ignores a stop that comes before its loop has begun, so it is said until heard.
    do {
      server_.stop();
    } while (ended_.wait_for(std::chrono::milliseconds{1}) != std::future_status::ready);
  }

  std::string url() const { return fmt::format("http://{}:{}", options_.host, port_); }

  void start_window(Nanos due_epoch_from) {
    const std::lock_guard lock{mutex_};
    tracker_.start_window(due_epoch_from);
  }

  Delivery delivery(const std::map<std::string, SequenceRange>& written) const {
    const std::lock_guard lock{mutex_};
    return tracker_.delivery(written);
  }

 private:
  void push(const httplib::Request& request, httplib::Response& response,
            const httplib::ContentReader& content) {
    std::string body;
    auto oversize = false;
    const auto complete = content([&](const char* data, size_t size) {
      oversize = body.size() + size > options_.max_body_bytes;
      if (!oversize) body.append(data, size);
      return !oversize;
    });
    if (oversize) {
      response.set_header("Connection", "close");
      return answer(response, 413, fmt::format("the body is larger than {} bytes", options_.max_body_bytes));
    }
    if (!complete) {
      if (response.status < 400) response.status = 400;
      return answer(response, response.status, "the body could not be read: cut short or wrongly encoded");
    }
    const auto parsed = parse_push_request(body);
    if (const auto* refused = std::get_if<PushRefused>(&parsed))
      return answer(response, 400, refused->reason);
    accept(request.remote_port, std::get<PushedLines>(parsed));
    response.status = 204;
  }

  void accept(int remote_port, const PushedLines& pushed) {
    const auto accepted = clock_.epoch_at(clock_.now());
    const std::lock_guard lock{mutex_};
    for (const auto& line : pushed.lines) {
      if (const auto marker = find_log_marker(line)) tracker_.observe(*marker, accepted);
    }
    requests_[remote_port].lines = pushed.lines.size();
  }

  LedgerEntry entry(LedgerEvent event, std::uint64_t connection) const {
    LedgerEntry made;
    made.server = "loki";
    made.event = event;
    made.t_s = to_seconds(clock_.now());
    made.connection = connection;
    return made;
  }

  void connection_opened(std::uint64_t connection) override {
    const std::lock_guard lock{mutex_};
    ledger_.record(entry(LedgerEvent::connection_opened, connection));
  }

  void connection_closed(std::uint64_t connection, std::uint64_t bytes, bool by_server) override {
    const std::lock_guard lock{mutex_};
    auto closed = entry(LedgerEvent::connection_closed, connection);
    closed.bytes = bytes;
    closed.closed_by = by_server ? "server" : "client";
    user_agents_.erase(connection);
    ledger_.record(closed);
  }

  void request_opened(std::uint64_t connection, const httplib::Request& request) override {
    const std::lock_guard lock{mutex_};
    const auto& known = request.path == kPushPath || request.path == "/ready" ? request.path : "{unknown}";
    auto& open = requests_[request.remote_port];
    open = {++last_request_, request.method + " " + known, 0};
    auto opened = entry(LedgerEvent::request_opened, connection);
    opened.request = open.id;
    opened.endpoint = open.endpoint;
    opened.asks_to_close = asks_to_close(request);
    auto& told = user_agents_[connection];
    const auto user_agent = request.get_header_value("User-Agent").substr(0, kMostUserAgent);
    if (user_agent != told) opened.user_agent = told = user_agent;
    ledger_.record(opened);
  }

  void request_closed(std::uint64_t connection, int remote_port, Answer answered) override {
    const std::lock_guard lock{mutex_};
    const auto open = requests_.extract(remote_port).mapped();
    auto closed = entry(LedgerEvent::request_closed, connection);
    closed.request = open.id;
    closed.endpoint = open.endpoint;
    closed.status = answered.status;
    closed.bytes = answered.body_bytes;
    closed.lines = open.lines;
    closed.closed_by = answered.status != 0 ? "done" : "client";
    ledger_.record(closed);
  }

  struct OpenRequest {
    std::uint64_t id = 0;
    std::string endpoint;
    std::uint64_t lines = 0;
  };

  FakeLokiOptions options_;
  const ScenarioClock& clock_;
  LedgerSink& ledger_;
  mutable std::mutex mutex_;
  DeliveryTracker tracker_;              // under mutex_
  std::map<int, OpenRequest> requests_;  // under mutex_; by the peer's port
  std::uint64_t last_request_ = 0;       // under mutex_
  std::map<std::uint64_t, std::string> user_agents_;  // under mutex_; of open connections, as last told
  PushServer server_;
  int port_ = 0;
  std::future<void> ended_;
  std::jthread listener_;
};

FakeLoki::FakeLoki(const FakeLokiOptions& options, const ScenarioClock& clock, LedgerSink& ledger)
    : impl_(std::make_unique<Impl>(options, clock, ledger)) {}
FakeLoki::~FakeLoki() = default;

std::string FakeLoki::url() const {
  return impl_->url();
}
void FakeLoki::start_window(Nanos due_epoch_from) {
  impl_->start_window(due_epoch_from);
}
Delivery FakeLoki::delivery(const std::map<std::string, SequenceRange>& written) const {
  return impl_->delivery(written);
}

}  // namespace leakrig
