// attach: the connection becomes a container's input and output.
#include <algorithm>
#include <array>
#include <boost/asio/steady_timer.hpp>
#include <cctype>
#include <optional>
#include <utility>

#include "harness/core/web_socket_key.h"
#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/hijack.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/detach_keys.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/http/web_socket.h"
#include "harness/fake_docker/logs/log_encoder.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

constexpr std::uint64_t kAttachedLinesABatch = 64;
constexpr std::size_t kAttachedBytesATurn = 32 * 1024;
/// How soon what a process had no room for is offered again.
constexpr Nanos kOfferAgain = std::chrono::milliseconds{20};

bool is_turning_point(const DockerEvent& event, const std::string& id) {
  return event.actor_id == id &&
         (event.action == "start" || event.action == "die" || event.action == "destroy");
}

/// What an attached client has been told of a container's output.
class Told {
 public:
  explicit Told(std::uint64_t next) : next_(next) {}

  /// What is new; empty if nothing is.
  std::string more(Daemon& daemon, std::size_t index, LogFormat format, LogEncoder& encoder) {
    auto& wanted = daemon.counters.lines_sent;
    const auto& container = daemon.fleet.at(index);
    next_ = std::max(next_, container.timeline.first());
    const auto written = container.timeline.written_until(until(daemon, container));
    std::string bytes;
    while (next_ < written && bytes.size() < kAttachedBytesATurn) {
      const auto* const said = daemon.fleet.said(index, next_);
      auto end = next_ + 1;
      if (said == nullptr) {
        while (end < std::min(written, next_ + kAttachedLinesABatch) && daemon.fleet.said(index, end) == nullptr) ++end;
        encoder.encode(index, next_, end, format, lines_);
        wanted += lines_.wanted;
        bytes += lines_.bytes;
      } else {
        auto text = said->text.substr(std::min(std::exchange(part_of(said->stream), 0), said->text.size()));
        if (said->end == SaidLine::End::newline) text += '\n';
        bytes += framed_if_wanted(said->stream, std::move(text), format);
        ++wanted;
      }
      next_ = end;
    }
    if (!bytes.empty() || !container.inside) return bytes;
    for (const int stream : {1, 2}) {
      const auto& unfinished = container.inside->said.unfinished(stream);
      auto& part = part_of(stream);
      if (unfinished.size() <= part) continue;
      bytes += framed_if_wanted(stream, unfinished.substr(part), format);
      part = unfinished.size();
    }
    return bytes;
  }
  std::uint64_t next() const { return next_; }

 private:
  /// Its last words may be a microsecond ahead of the clock.
  static Nanos until(const Daemon& daemon, const Container& container) {
    const auto now = daemon.clock.now();
    return container.is_running() || !container.finished ? now : std::max(now, *container.finished);
  }
  static std::string framed_if_wanted(int stream, std::string text, LogFormat format) {
    return (stream == 2 ? format.to_stderr : format.to_stdout) ? framed(stream, std::move(text), format.framed) : std::string{};
  }
  std::size_t& part_of(int stream) { return parts_[stream == 2 ? 1 : 0]; }

  std::uint64_t next_;
  std::array<std::size_t, 2> parts_{};  ///< bytes that were told of lines that are not finished
  EncodedLines lines_;
};

/// The input of an attached client.
struct Typing {
  bool open = false;
  DetachKeys keys;
  std::optional<WebSocketReader> frames = std::nullopt;  ///< of a WebSocket, which brings it in frames
  std::string waiting{};                                 ///< typed, and not taken yet
  bool closed = false;

  std::string take(ReplyStream& out) {
    auto typed = out.take_input();
    return frames ? frames->take(typed) : typed;
  }
  bool is_at_its_end(const ReplyStream& out) const { return (out.input_closed() || (frames && frames->closed())) && out.unread().empty(); }
};

/// Hands on what was typed. False if the client detaches: by its keys, or by closing an input that is not its to close.
bool hand_on(Daemon& daemon, std::size_t index, Typing& typing, ReplyStream& out) {
  if (!typing.open || typing.closed) {
    // Nobody reads it; were it left, it would be looked at again at once.
    typing.take(out);
    return !typing.frames || !typing.frames->closed();
  }
  const auto& container = daemon.fleet.at(index);
  if (typing.waiting.empty()) {
    auto typed = typing.take(out);
    typing.waiting = container.logs.tty ? typing.keys.pass(typed) : std::move(typed);
  }
  if (!typing.waiting.empty() && daemon.fleet.type(index, typing.waiting, daemon.clock.now())) typing.waiting.clear();
  if (container.logs.tty && typing.keys.detached()) {
    daemon.settle();
    return false;
  }
  bool stays = true;
  if (typing.waiting.empty() && typing.is_at_its_end(out)) {
    typing.closed = true;
    const bool is_its_own = container.spec && container.spec->stdin_once && !container.logs.tty;
    if (is_its_own) daemon.fleet.close_input(index, daemon.clock.now());
    stays = is_its_own;
  }
  daemon.settle();
  return stays;
}

}  // namespace

/// By a WebSocket both streams come as they are (dockerd: "never multiplex"), a message each time there is something.
static bool is_by_web_socket(const Request& request) {
  return request.path.ends_with("/attach/ws");
}

static std::string wrapped(const Typing& typing, std::string bytes) {
  return typing.frames ? web_socket_message(bytes) : std::move(bytes);
}

static boost::asio::awaitable<void> write_attached(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto index = daemon.find(request.id);
  const ContainerHold hold(daemon.fleet, index);
  const auto& container = daemon.fleet.at(index);
  const auto& id = container.identity.id;
  if (container.state == ContainerState::paused)
    throw ApiError(409, "container " + id + " is paused, unpause the container before attach");
  if (container.state == ContainerState::restarting)
    throw ApiError(409, "container " + id + " is restarting, wait until the container is running");
  const auto keys = DetachKeys::parse(request.param("detachKeys"));
  if (!keys) throw api_error::bad_parameter("Invalid detach keys (" + std::string{request.param("detachKeys")} + ") provided");
  LogFormat format;
  format.to_stdout = request.flag("stdout");
  format.to_stderr = request.flag("stderr");
  format.framed = !container.logs.tty && !is_by_web_socket(request);
  format.raw = true;
  const bool streams = request.flag("stream");
  Typing typing{request.flag("stdin") && streams && container.spec && container.spec->open_stdin, *keys};
  if (is_by_web_socket(request)) typing.frames.emplace();
  const bool listens = streams && (format.to_stdout || format.to_stderr);

  boost::asio::steady_timer wake(daemon.io);
  const auto look_again = [&wake] { wake.cancel(); };
  EventHub::Subscription turning_points(
      daemon.events, [&id](const DockerEvent& event) { return is_turning_point(event, id); }, look_again);
  const OutputSignal::Listener listener(daemon.output, index, listens, look_again);
  Told told(request.flag("logs") ? container.timeline.first() : container.timeline.written_until(daemon.clock.now()));
  auto lives = container.is_running() ? container.lives : container.lives + 1;
  const bool has_run_already = !streams && !container.is_running();
  daemon.publish_of(index, "attach");
  if (typing.frames) {
    auto accept = web_socket_accept(request.web_socket_key);
    co_await out.hijack_web_socket(std::move(accept));
  } else {
    co_await out.hijack(stream_content_type(format.framed, request.api_minor), !request.upgrade.empty());
  }
  LogEncoder encoder(daemon.fleet, daemon.clock);
  bool stays = true;
  while (!out.over()) {
    // Armed before the fleet is looked at, as what happens from then on cancels it.
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    turning_points.take(daemon.monotonic());
    const bool has_ended = container.removed || container.lives > lives ||
                           (container.lives == lives && !container.is_running() && !daemon.holds_streams());
    auto bytes = wrapped(typing, told.more(daemon, index, format, encoder));
    if (!bytes.empty()) {
      co_await out.write(std::move(bytes));
      continue;
    }
    if (has_ended || has_run_already || !streams || !stays) break;
    stays = hand_on(daemon, index, typing, out);
    if (!stays) continue;
    if (typing.waiting.empty() && !out.unread().empty()) continue;
    if (!typing.waiting.empty()) wake.expires_after(kOfferAgain);
    // By a timer only where the time is what brings the next line.
    const auto due = container.timeline.due(std::max(told.next(), container.timeline.first()));
    if (due && typing.waiting.empty()) {
      wake.expires_at(boost::asio::steady_timer::time_point{daemon.clock.monotonic_at(*due)});
    }
    auto more = wrapped(typing, told.more(daemon, index, format, encoder));
    if (more.empty() && typing.frames) more = typing.frames->take_pong();
    if (!more.empty()) {
      co_await out.write(std::move(more));
      continue;
    }
    co_await out.wait(wake);
  }
  if (typing.frames) {
    auto goodbye = web_socket_goodbye();
    co_await out.write(std::move(goodbye));
  }
  if (!stays && typing.keys.detached()) daemon.publish_of(index, "detach");
  // A client that has left has closed its input.
  if (out.over() && typing.open && !typing.closed && container.spec && container.spec->stdin_once && !container.logs.tty) {
    daemon.fleet.close_input(index, daemon.clock.now());
    daemon.settle();
  }
}

Answer attach(Daemon&, const Request& request) {
  static constexpr StreamWriter kWriter{write_attached};
  const bool is_handshake = !request.web_socket_key.empty() && !web_socket_accept(request.web_socket_key).empty();
  if (is_by_web_socket(request) && !is_handshake) throw ApiError(400, "Bad Request");
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
