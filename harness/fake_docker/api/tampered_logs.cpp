// Log lines by way of a ReplyStream: slower than LogStreams, but faults can happen to every byte.
#include <algorithm>
#include <boost/asio/steady_timer.hpp>

#include "harness/fake_docker/api/stream_writer.h"
#include "harness/fake_docker/logs/log_encoder.h"

namespace leakrig {
namespace {

constexpr std::uint64_t kTamperedLinesABatch = 64;
constexpr std::size_t kTamperedFrameHeader = 8;

/// The messages of some lines, with the faults that are done to one of them.
struct Messages {
  std::string bytes;
  bool cut_short = false;  ///< in the middle of a message: nothing may follow
};

/// `first_frame`: the number of the first message here, from 1; brought up to date.
Messages tamper(const std::string& bytes, const FaultScript& script, std::uint64_t& next_frame) {
  Messages out;
  std::size_t at = 0;
  while (at + kTamperedFrameHeader <= bytes.size()) {
    const auto byte = [&](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(bytes[at + i]));
    };
    const auto length = (byte(4) << 24) | (byte(5) << 16) | (byte(6) << 8) | byte(7);
    const auto frame = next_frame++;
    auto message = bytes.substr(at, kTamperedFrameHeader + length);
    at += message.size();
    if (frame == script.corrupt_frame) {
      message[0] = '\x7f';
      message[4] = '\x7f';
    }
    if (frame == script.truncate_frame) {
      message.resize(kTamperedFrameHeader + length / 2);
      out.cut_short = true;
    }
    out.bytes += message;
    if (out.cut_short) break;
  }
  return out;
}

}  // namespace

boost::asio::awaitable<void> stream_log_lines(Daemon& daemon, LogPlan plan, RequestRecord& record,
                                              ReplyStream& out) {
  const ContainerHold hold(daemon.fleet, plan.container);
  const auto& script = out.script();
  const bool tampers = plan.format.framed && (script.corrupt_frame != 0 || script.truncate_frame != 0);
  LogEncoder encoder(daemon.fleet, daemon.clock);
  EncodedLines lines;
  std::uint64_t next_frame = 1;
  boost::asio::steady_timer wake(daemon.io);
  const auto& id = daemon.fleet.at(plan.container).identity.id;
  EventHub::Subscription ended(
      daemon.events,
      [&id](const DockerEvent& event) { return event.action == "die" && event.actor_id == id; },
      [&wake] { wake.cancel(); });
  const OutputSignal::Listener listener(daemon.output, plan.container, false, [&wake] { wake.cancel(); });
  plan.format.chunked = false;  // the ReplyStream's work
  co_await out.begin(200, plan.content_type);
  if (script.eof) plan.next = plan.end = 0;
  while (!out.over()) {
    // Armed before the fleet is looked at, as what happens from then on cancels it.
    wake.expires_at(boost::asio::steady_timer::time_point::max());
    const bool has_died = !ended.take(daemon.monotonic()).empty();
    if (has_died && !daemon.holds_streams()) {
      plan.follow = false;
      plan.end =
          std::min(plan.end, daemon.fleet.at(plan.container).timeline.written_until(daemon.clock.now()));
    }
    const auto& timeline = daemon.fleet.at(plan.container).timeline;
    const auto written = timeline.written_until(daemon.clock.now());
    if (plan.next >= plan.end && (script.eof || !plan.follow || written > plan.end)) break;
    const auto end = std::min({plan.end, written, plan.next + kTamperedLinesABatch});
    if (plan.next < end) {
      encoder.encode(plan.container, plan.next, end, plan.format, lines);
      plan.next = end;
      record.lines += lines.wanted;
      daemon.counters.lines_sent += lines.wanted;
      auto messages = tampers ? tamper(lines.bytes, script, next_frame) : Messages{lines.bytes};
      co_await out.write(std::move(messages.bytes));
      if (messages.cut_short) break;
      continue;
    }
    if (const auto due = timeline.due(std::max(plan.next, written))) {
      wake.expires_at(boost::asio::steady_timer::time_point{daemon.clock.monotonic_at(*due)});
    }
    co_await out.wait(wake);
  }
  if (out.over()) co_return;
  if (plan.asked_to_follow) {
    co_await out.end_following();
  } else {
    co_await out.end();
  }
}

}  // namespace leakrig
