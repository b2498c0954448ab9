#include "harness/fake_docker/session.h"

#include <fnmatch.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>
#include <utility>


#include "harness/fake_docker/api/routes.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/faults/fault_reply.h"
#include "harness/fake_docker/http/answer_sender.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/http/reply_head.h"
#include "harness/fake_docker/http/request_reader.h"
#include "harness/fake_docker/logs/log_streams.h"

namespace leakrig {
namespace {

namespace asio = boost::asio;

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

/// Whether a web page may have sent this: browsers say whose page it is, and a name that was made to point here is not
/// ours. Docker's clients send no Origin, and the host that they were told or "docker".
bool comes_from_a_page(std::string_view host, std::string_view origin) {
  if (!origin.empty()) return true;
  if (host.starts_with('[')) {
    host = host.substr(1, host.find(']') - 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  const bool is_ipv4 = host.find_first_not_of("0123456789.") == std::string_view::npos;
  return !(host.empty() || host == "localhost" || host.ends_with(".localhost") || host == "docker" || is_ipv4 || host == "::1");
}

asio::awaitable<void> write_nothing(Daemon&, const Request&, ReplyStream& out) {
  co_await out.begin(200, "application/json");
  co_await out.end();
}

/// What a fault of kind eof leaves; of log lines the plan takes care itself.
Answer without_body(Answer outcome) {
  static constexpr StreamWriter kNothing{write_nothing};
  if (auto* const whole = std::get_if<Reply>(&outcome)) {
    whole->body.clear();
    whole->shared_body.reset();
    whole->in_chunks = false;
  }
  if (auto* const streamed = std::get_if<Streamed>(&outcome)) streamed->writer = &kNothing;
  return outcome;
}

}  // namespace

// g++ 12 inlines Asio's operator new of a coroutine's frame, but not its operator delete, and takes them for strangers.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

class Sessions::Session {
 public:
  Session(Daemon& daemon, LogStreams& logs, HandedConnection handed)
      : daemon_(&daemon),
        logs_(&logs),
        is_tcp_(family_of(handed.fd.get()) != AF_UNIX),
        socket_(adopt(daemon.io, std::move(handed.fd))),
        connection_(handed.connection) {
    reader_.put_back(handed.unread);
  }

  asio::awaitable<void> run() {
    while (co_await serve_one()) {
    }
    if (!taken_) daemon_->ledger.close_connection(connection_, closed_by_);
    boost::system::error_code ignored;
    socket_.shutdown(StreamSocket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  /// To be called now and then: a request that does not come whole in time is not waited for.
  void look_at_time(Nanos now) {
    constexpr Nanos kLongest = std::chrono::seconds{60};
    if (!reader_.is_half_read()) {
      half_since_.reset();
    } else if (!half_since_) {
      half_since_ = now;
    } else if (now - *half_since_ > kLongest) {
      close("server");
    }
  }

  OpenRequest open_request() const { return {&connection_, in_request_ ? &request_ : nullptr}; }

  void close(std::string_view closed_by) {
    closed_by_ = closed_by;
    closing_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

 private:
  /// Reads a request and answers it; false when the connection is over.
  asio::awaitable<bool> serve_one() {
    auto outcome = co_await reader_.read();
    if (std::holds_alternative<ClientGone>(outcome)) {
      if (!closing_) closed_by_ = "client";
      co_return false;
    }
    if (const auto* refusal = std::get_if<Reply>(&outcome)) co_return co_await refuse(*refusal);
    auto& wire = std::get<WireRequest>(outcome);
    if (is_tcp_ && comes_from_a_page(wire.host, wire.origin))
      co_return co_await refuse(error_reply(403, "over TCP this daemon answers programs on its own host: not web pages, and no other host's name"));
    auto routed = route_request(wire.method, wire.target, daemon_->api.most, daemon_->control.enabled);
    auto& request = routed.request;
    request.keep_alive = wire.keep_alive;
    request.chunked = wire.chunked;
    request.upgrade = std::move(wire.upgrade);
    request.web_socket_key = std::move(wire.web_socket_key);
    request.body = std::move(wire.body);

    daemon_->advance();
    std::string container;
    FaultScript script;
    {
      const auto found = request.path.starts_with("/containers/") ? daemon_->fleet.find(request.id)
                                                                  : ContainerLookup{};
      if (found.index) container = daemon_->fleet.at(*found.index).identity.name;
      const bool is_control = daemon_->control.enabled && request.path.starts_with(kControlPrefix);
      if (!is_control) script = daemon_->faults.decide(routed.endpoint, container, daemon_->clock.now());
      if (!found.index) container = request.id;
    }
    request_ = daemon_->ledger.open_request(connection_, routed.endpoint, std::move(container),
                                             {!wire.keep_alive, wire.target, wire.user_agent});
    in_request_ = true;
    const bool goes_on = co_await answer(routed, script);
    in_request_ = false;
    co_return goes_on;
  }

  /// Whose answer this is; throws ApiError where none is.
  const Route& checked(const Routed& routed) const {
    check_version(routed.request, daemon_->api);
    if (routed.route == nullptr) throw api_error::page_not_found();
    return *routed.route;
  }

  /// What the handler says, or the error instead, or what a fault makes of it.
  Answer outcome_of(const Routed& routed, const FaultScript& script) const {
    try {
      const auto& route = checked(routed);
      if (script.status != 0) return fault_reply(script, routed.request);
      auto outcome = route.handler(*daemon_, routed.request);
      return script.eof ? without_body(std::move(outcome)) : outcome;
    } catch (const ApiError& error) {
      return error_reply(error.status(), error.what());
    } catch (const std::exception& error) {
      return error_reply(500, error.what());
    }
  }

  /// Answers in one go what is complete at once and hit by no fault; all else goes through a ReplyStream.
  asio::awaitable<bool> answer(const Routed& routed, const FaultScript& script) {
    const auto& request = routed.request;
    std::optional<Answer> outcome;
    if (script.hit) co_return co_await stream(routed, outcome, script);
    outcome = outcome_of(routed, script);
    if (const auto* const whole = std::get_if<Reply>(&*outcome))
      co_return co_await finish(*whole, request.method == "HEAD", request.keep_alive);
    if (const auto* const plan = std::get_if<LogPlan>(&*outcome)) {
      if (auto failure = hand_over(*plan, request))
        co_return co_await finish(*failure, request.method == "HEAD", request.keep_alive);
      co_return false;
    }
    co_return co_await stream(routed, outcome, script);
  }

  /// `outcome`: nothing if the handler is to be called once the fault lets the answer begin.
  asio::awaitable<bool> stream(const Routed& routed, std::optional<Answer>& outcome,
                               const FaultScript& script) {
    const auto& request = routed.request;
    ReplyStream out(socket_, connection_, request_, request, daemon_->api.most, script, daemon_->clock);
    out.set_unread(reader_.take_unread());
    ++daemon_->counters.open_streams;
    co_await out.hold_back();
    if (!out.over() && !outcome) outcome = outcome_of(routed, out.script());
    // A plan that no fault touches is the log streams' after all.
    if (outcome && std::holds_alternative<LogPlan>(*outcome) && !out.over() && !out.script().touches_body()) {
      --daemon_->counters.open_streams;
      reader_.put_back(out.unread());
      if (auto failure = hand_over(std::get<LogPlan>(*outcome), request))
        co_return co_await finish(*failure, false, request.keep_alive);
      co_return false;
    }
    std::optional<Reply> failure;
    try {
      auto* const plan = outcome ? std::get_if<LogPlan>(&*outcome) : nullptr;
      auto* const streamed = outcome ? std::get_if<Streamed>(&*outcome) : nullptr;
      if (plan != nullptr && !out.over())
        co_await stream_log_lines(*daemon_, std::move(*plan), request_, out);
      if (streamed != nullptr && !out.over()) co_await streamed->writer->write(*daemon_, request, out);
    } catch (const ApiError& error) {
      failure = error_reply(error.status(), error.what());
    } catch (const std::exception& error) {
      failure = error_reply(500, error.what());
    }
    const bool broken = failure && out.begun();
    if (failure && !broken) outcome = std::move(*failure);
    const auto* const whole = outcome && !broken ? std::get_if<Reply>(&*outcome) : nullptr;
    if (whole != nullptr && !out.over()) co_await out.send_reply(*whole);
    co_return settle(request, out, broken);
  }

  /// Writes down how a streamed answer ended; whether the connection lives on.
  bool settle(const Request& request, const ReplyStream& out, bool broken) {
    --daemon_->counters.open_streams;
    reader_.put_back(out.unread());
    const std::string_view by = closing_               ? closed_by_
                                : out.ended_by_fault() ? "fault"
                                : out.over()           ? "client"
                                : broken               ? "error"
                                                       : "done";
    daemon_->ledger.close_request(connection_, request_, by);
    const bool has_an_end = (out.sent_whole() || request.chunked) && !out.hijacked();
    if (by == "done" && request.keep_alive && has_an_end) return true;
    closed_by_ = by == "done" || by == "error" ? "server" : by;
    return false;
  }

  /// Gives the connection to the log streams; an error instead if the socket cannot be had.
  std::optional<Reply> hand_over(const LogPlan& plan, const Request& request) {
    auto format_plan = plan;
    format_plan.format.chunked = request.chunked;
    HandedConnection handed;
    handed.keep_alive = request.keep_alive && request.chunked;
    boost::system::error_code error;
    const auto fd = socket_.release(error);
    if (error) return error_reply(500, error.message());
    handed.fd = UniqueFd(fd);
    handed.connection = connection_;
    request_.status = 200;
    handed.request = std::move(request_);
    handed.unread = reader_.take_unread();
    taken_ = true;
    logs_->begin(format_plan, std::move(handed),
                 stream_head(200, daemon_->api.most, plan.content_type, request.chunked, request.keep_alive));
    return std::nullopt;
  }

  /// A long answer that is nobody else's counts until it is sent.
  Reply within_budget(Reply reply) {
    constexpr std::size_t kLong = 64 * 1024;
    if (reply.body.size() <= kLong) return reply;
    reply.shared_body = daemon_->answers.keep(std::move(reply.body));
    reply.body.clear();
    if (!reply.shared_body) return error_reply(503, kTooManyAnswers);
    return reply;
  }

  asio::awaitable<bool> finish(const Reply& given, bool is_head, bool keep_alive) {
    const auto reply = within_budget(given);
    request_.status = reply.status;
    const std::string_view body = is_bodiless(reply, is_head) ? std::string_view{} : reply.text();
    request_.bytes = body.size();
    const auto head = head_of(reply, daemon_->api.most, is_head, keep_alive);
    const auto answered = co_await send_answer(socket_, head, body);
    connection_.bytes += answered.bytes;
    const bool sent = answered.whole;
    daemon_->ledger.close_request(connection_, request_, sent ? "done" : closing_ ? closed_by_ : "client");
    if (sent && !closing_) closed_by_ = keep_alive ? "client" : "server";
    co_return sent&& keep_alive && !closing_;
  }

  /// The answer to what cannot be parsed, after which nothing can be.
  asio::awaitable<bool> refuse(const Reply& reply) {
    request_ = daemon_->ledger.open_request(connection_, "malformed", {});
    request_.status = reply.status;
    request_.bytes = reply.body.size();
    const auto head = head_of(reply, daemon_->api.most, false, false);
    const auto answered = co_await send_answer(socket_, head, reply.body);
    connection_.bytes += answered.bytes;
    daemon_->ledger.close_request(connection_, request_, "error");
    closed_by_ = "error";
    co_return false;
  }

  Daemon* daemon_;
  LogStreams* logs_;
  bool is_tcp_;
  StreamSocket socket_;
  ConnectionRecord connection_;
  RequestReader reader_{socket_, connection_, daemon_->bodies};
  RequestRecord request_;
  std::string_view closed_by_ = "client";
  std::optional<Nanos> half_since_;
  bool in_request_ = false;
  bool taken_ = false;
  bool closing_ = false;
};

#pragma GCC diagnostic pop

struct Sessions::Timer {
  explicit Timer(asio::io_context& io) : timer(io) {}
  asio::steady_timer timer;
};

Sessions::Sessions(Daemon& daemon, LogStreams& logs) : daemon_(&daemon), logs_(&logs), watch_(std::make_unique<Timer>(daemon.io)) {
  watch();
}

void Sessions::watch() {
  constexpr Nanos kEvery = std::chrono::seconds{10};
  watch_->timer.expires_after(kEvery);
  watch_->timer.async_wait([this](const boost::system::error_code& error) {
    if (error || stopped_) return;
    for (auto& session : sessions_) session.look_at_time(daemon_->monotonic());
    watch();
  });
}

void Sessions::stop() {
  stopped_ = true;
  watch_->timer.cancel();
}
Sessions::~Sessions() = default;

void Sessions::serve(HandedConnection handed) {
  sessions_.emplace_front(*daemon_, *logs_, std::move(handed));
  const auto session = sessions_.begin();
  asio::co_spawn(daemon_->io, session->run(), [this, session](const std::exception_ptr& failure) {
    if (failure) spdlog::error("fake docker: a session failed");
    sessions_.erase(session);
  });
}

void Sessions::each(const std::function<void(const OpenRequest&)>& visit) const {
  for (const auto& session : sessions_) visit(session.open_request());
}

std::size_t Sessions::break_answers(const std::string& endpoint, std::string_view container) {
  std::size_t broken = 0;
  for (auto& session : sessions_) {
    const auto open = session.open_request();
    if (open.request == nullptr || (!container.empty() && open.request->container != container) ||
        ::fnmatch(endpoint.c_str(), std::string{open.request->endpoint}.c_str(), 0) != 0)
      continue;
    session.close("fault");
    ++broken;
  }
  return broken;
}

void Sessions::close_all(std::string_view closed_by) {
  for (auto& session : sessions_) session.close(closed_by);
}

}  // namespace leakrig
