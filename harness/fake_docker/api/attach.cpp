// attach: the connection becomes a container's input and output.
#include <algorithm>
#include <boost/asio/steady_timer.hpp>

#include "harness/fake_docker/api/handlers.h"
#include "harness/fake_docker/api/hijack.h"
#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/fake_docker/logs/log_encoder.h"
#include "harness/fake_docker/state/daemon.h"

namespace leakrig::api {
namespace {

constexpr std::uint64_t kAttachedLinesABatch = 64;

bool is_turning_point(const DockerEvent& event, const std::string& id) {
  return event.actor_id == id &&
         (event.action == "start" || event.action == "die" || event.action == "destroy");
}

}  // namespace

static boost::asio::awaitable<void> write_attached(Daemon& daemon, const Request& request, ReplyStream& out) {
  const auto index = daemon.find(request.id);
  const ContainerHold hold(daemon.fleet, index);
  const auto& container = daemon.fleet.at(index);
  const auto& id = container.identity.id;
  if (container.state == ContainerState::paused)
    throw ApiError(409, "container " + id + " is paused, unpause the container before attach");
  LogFormat format;
  format.to_stdout = request.flag("stdout");
  format.to_stderr = request.flag("stderr");
  format.framed = !container.logs.tty;
  const bool streams = request.flag("stream");
  const bool with_stdin = request.flag("stdin") && streams;

  boost::asio::steady_timer wake(daemon.io);
  EventHub::Subscription turning_points(
      daemon.events, [&id](const DockerEvent& event) { return is_turning_point(event, id); },
      [&wake] { wake.cancel(); });
  auto next = request.flag("logs") ? container.timeline.first()
                                   : container.timeline.written_until(daemon.clock.now());
  auto lives = container.is_running() ? container.lives : container.lives + 1;
  const bool has_run_already = !streams && !container.is_running();
  co_await out.hijack(stream_content_type(format.framed, request.api_minor), !request.upgrade.empty());
  LogEncoder encoder(daemon.fleet, daemon.clock);
  EncodedLines lines;
  bool input_was_closed = false;
  while (!out.over()) {
    // Armed before the fleet is looked at, as what happens from then on cancels it.
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    turning_points.take(daemon.monotonic());
    auto input = out.take_input();
    if (with_stdin && container.script.echoes_input && container.is_running() && !input.empty()) {
      auto echoed = framed(1, std::move(input), format.framed);
      co_await out.write(std::move(echoed));
    }
    if (with_stdin && out.input_closed() && !input_was_closed && container.is_running()) {
      input_was_closed = true;
      if (container.script.reads_input)
        daemon.announce(daemon.fleet.exit(index, daemon.clock.now(), 0).events);
    }
    const auto written = container.timeline.written_until(daemon.clock.now());
    if (next < written) {
      const auto end = std::min(written, next + kAttachedLinesABatch);
      encoder.encode(index, next, end, format, lines);
      next = end;
      daemon.counters.lines_sent += lines.wanted;
      auto bytes = lines.bytes;
      co_await out.write(std::move(bytes));
      continue;
    }
    const bool has_ended = container.removed || container.lives > lives ||
                           (container.lives == lives && !container.is_running() && !daemon.holds_streams());
    if (has_ended || has_run_already || !streams) break;
    if (const auto due = container.timeline.due(next)) {
      wake.expires_at(boost::asio::steady_timer::time_point{daemon.clock.monotonic_at(*due)});
    }
    co_await out.wait(wake);
  }
}

Answer attach(Daemon&, const Request&) {
  static constexpr StreamWriter kWriter{write_attached};
  return Streamed{&kWriter};
}

}  // namespace leakrig::api
