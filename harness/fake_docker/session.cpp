#include "harness/fake_docker/session.h"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <utility>

#include "harness/fake_docker/answer_sender.h"
#include "harness/fake_docker/answers.h"
#include "harness/fake_docker/errors.h"
#include "harness/fake_docker/request_reader.h"
#include "harness/fake_docker/routes.h"

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

}  // namespace

class Sessions::Session {
 public:
  Session(Daemon& daemon, HandedConnection handed)
      : daemon_(&daemon), socket_(adopt(daemon.io, std::move(handed.fd))), connection_(handed.connection) {
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
    auto routed = route_request(wire.method, wire.target, daemon_->api.most, daemon_->control.enabled);
    auto& request = routed.request;
    request.keep_alive = wire.keep_alive;
    request.chunked = wire.chunked;
    request.upgrade = std::move(wire.upgrade);
    request.body = std::move(wire.body);

    daemon_->advance();
    std::string container;
    FaultScript script;
    {
      const auto found = request.path.starts_with("/containers/") ? daemon_->fleet.find(request.container)
                                                                  : ContainerLookup{};
      if (found.index) container = daemon_->fleet.at(*found.index).identity.name;
      const bool is_control = daemon_->control.enabled && request.path.starts_with(kControlPrefix);
      if (!is_control) script = daemon_->faults.decide(routed.endpoint, container, daemon_->clock.now());
      if (!found.index) container = request.container;
    }
    request_ = daemon_->ledger.open_request(connection_, routed.endpoint, std::move(container),
                                             {!wire.keep_alive, wire.target, wire.user_agent});
    in_request_ = true;
    bool goes_on = false;
    if (script.hit) {
      goes_on = co_await stream(routed, std::move(script));
    } else {
      goes_on = co_await answer(routed);
    }
    in_request_ = false;
    co_return goes_on;
  }

  /// Whose answer this is; throws ApiError where none is.
  const Route& checked(const Routed& routed) const {
    check_version(routed.request, daemon_->api);
    if (routed.route == nullptr) throw api_error::page_not_found();
    return *routed.route;
  }

  /// The answer of a request that no fault hits.
  asio::awaitable<bool> answer(const Routed& routed) {
    const auto& request = routed.request;
    Reply reply;
    try {
      const auto& handler = checked(routed).handler;
      if (const auto* plan = std::get_if<LogStream>(&handler)) {
        hand_over((*plan)(*daemon_, request), request);
        co_return false;
      }
      if (std::holds_alternative<Streamed>(handler)) {
        FaultScript none;
        co_return co_await stream(routed, std::move(none));
      }
      reply = std::get<Answer>(handler)(*daemon_, request);
    } catch (const ApiError& error) {
      reply = error_reply(error.status(), error.what());
    } catch (const std::exception& error) {
      reply = error_reply(500, error.what());
    }
    co_return co_await finish(reply, request.method == "HEAD", request.keep_alive);
  }

  /// An answer that comes about slowly, or that a fault hits.
  asio::awaitable<bool> stream(const Routed& routed, FaultScript script) {
    const auto& request = routed.request;
    ReplyStream out(socket_, connection_, request_, request, daemon_->api.most, std::move(script),
                    daemon_->clock);
    out.set_unread(reader_.take_unread());
    ++daemon_->counters.open_streams;
    std::optional<Reply> whole;
    std::optional<LogPlan> plan;
    bool broken = false;
    try {
      co_await out.hold_back();
      if (!out.over()) co_await dispatch(routed, out, whole, plan);
    } catch (const ApiError& error) {
      whole = error_reply(error.status(), error.what());
    } catch (const std::exception& error) {
      whole = error_reply(500, error.what());
    }
    if (whole && out.begun()) {
      broken = true;
    } else if (whole && !out.over()) {
      request_.status = whole->status;
      const bool is_head = request.method == "HEAD";
      auto head = head_of(*whole, daemon_->api.most, is_head, request.keep_alive);
      std::string body;
      if (!is_bodiless(*whole, is_head)) body = whole->text();
      co_await out.send_whole(std::move(head), std::move(body));
    }
    --daemon_->counters.open_streams;
    reader_.put_back(out.unread());
    if (plan) {
      hand_over(*plan, request);
      co_return false;
    }
    const std::string_view by = closing_               ? closed_by_
                                : out.ended_by_fault() ? "fault"
                                : out.over()           ? "client"
                                : broken               ? "error"
                                                       : "done";
    daemon_->ledger.close_request(connection_, request_, by);
    const bool has_an_end = (whole.has_value() || request.chunked) && !out.hijacked();
    if (by == "done" && request.keep_alive && has_an_end) co_return true;
    closed_by_ = by == "done" || by == "error" ? "server" : by;
    co_return false;
  }

  /// Writes to `out`, or leaves the answer in `whole`, or a plan for LogStreams in `plan`.
  asio::awaitable<void> dispatch(const Routed& routed, ReplyStream& out, std::optional<Reply>& whole,
                                 std::optional<LogPlan>& plan) {
    const auto& request = routed.request;
    const auto& script = out.script();
    const auto& handler = checked(routed).handler;
    if (script.status != 0) {
      whole = fault_reply(script, request);
      co_return;
    }
    if (const auto* plans = std::get_if<LogStream>(&handler)) {
      auto planned = (*plans)(*daemon_, request);
      if (script.touches_body()) {
        co_await stream_log_lines(*daemon_, std::move(planned), request_, out);
      } else {
        plan = std::move(planned);
      }
    } else if (const auto* streamed = std::get_if<Streamed>(&handler)) {
      if (script.eof) {
        co_await out.begin(200, "application/json");
        co_await out.end();
      } else {
        co_await (*streamed)(*daemon_, request, out);
      }
    } else {
      whole = std::get<Answer>(handler)(*daemon_, request);
      if (script.eof) {
        whole->body.clear();
        whole->shared_body.reset();
      }
    }
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
    handed.unread = reader_.take_unread();
    taken_ = true;
    daemon_->logs.begin(
        format_plan, std::move(handed),
        stream_head(200, daemon_->api.most, plan.content_type, request.chunked, request.keep_alive));
  }

  asio::awaitable<bool> finish(const Reply& reply, bool is_head, bool keep_alive) {
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
  StreamSocket socket_;
  ConnectionRecord connection_;
  RequestReader reader_{socket_, connection_};
  RequestRecord request_;
  std::string_view closed_by_ = "client";
  bool in_request_ = false;
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

void Sessions::each(const std::function<void(const OpenRequest&)>& visit) const {
  for (const auto& session : sessions_) visit(session.open_request());
}

void Sessions::close_all(std::string_view closed_by) {
  for (auto& session : sessions_) session.close(closed_by);
}

}  // namespace leakrig
