#include "harness/fake_sink/fake_loki.h"

#include <fmt/format.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
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

ServedAnswer text_answer(int status, const std::string& text) {
  ServedAnswer answer;
  answer.status = status;
  answer.content_type = kText;
  answer.body = text + "\n";
  return answer;
}

}  // namespace

class FakeLoki::Impl final : private ConnectionObserver {
 public:
  Impl(const FakeLokiOptions& options, const ScenarioClock& clock, LedgerSink& ledger)
      : options_(options),
        clock_(clock),
        ledger_(ledger),
        tracker_(clock.scale()),
        server_(*this, options.host, options.port, options.max_body_bytes,
                [this](const ServedRequest& request) { return answer(request); }) {}

  ~Impl() override {
    {
      const std::lock_guard lock{mutex_};
      ending_ = true;
    }
    changed_.notify_all();
  }

  std::string url() const { return fmt::format("http://{}:{}", options_.host, server_.port()); }

  void set_fault(const SinkFault& fault, std::uint64_t times) {
    {
      const std::lock_guard lock{mutex_};
      fault_ = fault;
      fault_left_ = fault.kind == SinkFault::Kind::none ? 0 : times;
    }
    changed_.notify_all();
    if (fault.kind == SinkFault::Kind::away) server_.drop_connections();
  }

  std::uint64_t fault_hits() const {
    const std::lock_guard lock{mutex_};
    return fault_hits_;
  }

  void start_window(Nanos due_epoch_from) {
    const std::lock_guard lock{mutex_};
    tracker_.start_window(due_epoch_from);
  }

  Delivery delivery(const std::map<std::string, SequenceRange>& written) const {
    const std::lock_guard lock{mutex_};
    return tracker_.delivery(written);
  }

 private:
  ServedAnswer answer(const ServedRequest& request) {
    const bool get = request.method == "GET" || request.method == "HEAD";
    if (get && request.path == "/ready") return text_answer(200, "ready");
    if (request.method == "POST" && request.path == kPushPath) return push(request);
    return text_answer(404, "not found");
  }

  ServedAnswer push(const ServedRequest& request) {
    using Body = ServedRequest::Body;
    if (request.state == Body::too_large) {
      auto refused =
          text_answer(413, fmt::format("the body is larger than {} bytes", options_.max_body_bytes));
      refused.close = true;
      return refused;
    }
    if (request.state == Body::unknown_encoding)
      return text_answer(415, "the body's Content-Encoding is not known: gzip, deflate or none is taken");
    if (request.state == Body::unreadable)
      return text_answer(400, "the body could not be read: cut short or wrongly encoded");
    if (auto wrong = faulty_answer()) return std::move(*wrong);
    const auto parsed = parse_push_request(request.body);
    if (const auto* refused = std::get_if<PushRefused>(&parsed)) return text_answer(400, refused->reason);
    accept(request.remote_port, std::get<PushedLines>(parsed));
    ServedAnswer taken;
    taken.status = 204;
    return taken;
  }

  /// What the fault that is set makes of a push; nothing where there is none, or it is only late.
  std::optional<ServedAnswer> faulty_answer() {
    std::unique_lock lock{mutex_};
    if (fault_left_ == 0) return std::nullopt;
    --fault_left_;
    ++fault_hits_;
    ServedAnswer wrong;
    switch (fault_.kind) {
      case SinkFault::Kind::none:
        return std::nullopt;
      case SinkFault::Kind::status:
        return text_answer(fault_.status, "leakrig fault");
      case SinkFault::Kind::drop:
      case SinkFault::Kind::away:
        wrong.unsent = wrong.close = true;
        return wrong;
      case SinkFault::Kind::slow:
        break;
    }
    // Until then, or until the fault is taken back.
    changed_.wait_for(lock, clock_.to_wall(fault_.delay),
                      [this] { return ending_ || fault_.kind != SinkFault::Kind::slow; });
    return std::nullopt;
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

  void request_opened(std::uint64_t connection, const ServedRequest& request) override {
    const std::lock_guard lock{mutex_};
    const auto& known = request.path == kPushPath || request.path == "/ready" ? request.path : "{unknown}";
    auto& open = requests_[request.remote_port];
    open = {++last_request_, request.method + " " + known, 0};
    auto opened = entry(LedgerEvent::request_opened, connection);
    opened.request = open.id;
    opened.endpoint = open.endpoint;
    opened.asks_to_close = request.asks_to_close;
    auto& told = user_agents_[connection];
    const auto user_agent = request.user_agent.substr(0, kMostUserAgent);
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
  SinkFault fault_;                      // under mutex_
  std::uint64_t fault_left_ = 0;         // under mutex_; pushes that it still hits
  std::uint64_t fault_hits_ = 0;         // under mutex_
  bool ending_ = false;                  // under mutex_
  std::condition_variable changed_;
  std::map<std::uint64_t, std::string> user_agents_;  // under mutex_; of open connections, as last told
  PushServer server_;                    // last: its threads use all of the above
};

FakeLoki::FakeLoki(const FakeLokiOptions& options, const ScenarioClock& clock, LedgerSink& ledger)
    : impl_(std::make_unique<Impl>(options, clock, ledger)) {}
FakeLoki::~FakeLoki() = default;

std::string FakeLoki::url() const {
  return impl_->url();
}
void FakeLoki::set_fault(const SinkFault& fault, std::uint64_t times) {
  impl_->set_fault(fault, times);
}
std::uint64_t FakeLoki::fault_hits() const {
  return impl_->fault_hits();
}
void FakeLoki::start_window(Nanos due_epoch_from) {
  impl_->start_window(due_epoch_from);
}
Delivery FakeLoki::delivery(const std::map<std::string, SequenceRange>& written) const {
  return impl_->delivery(written);
}

}  // namespace leakrig
