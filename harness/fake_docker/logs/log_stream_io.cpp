// One log stream and its socket: how lines leave, and how a stream ends.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "harness/fake_docker/logs/log_streams.h"

namespace leakrig {
namespace {

/// What one stream may write before others get their turn.
constexpr std::size_t kTurnBytes = 1024 * 1024;

/// Bytes written; 0 if the socket is full; -1 if the connection is gone.
ssize_t send_some(int fd, std::string_view bytes) {
  for (;;) {
    const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return sent;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? 0 : -1;
  }
}

}  // namespace

bool LogStreams::send_lines(std::uint32_t slot, const EncodedLines& lines) {
  auto& stream = streams_[slot];
  const auto sent = lines.bytes.empty() ? 0 : send_some(stream.fd, lines.bytes);
  if (sent < 0) {
    drop(slot, "client");
    return false;
  }
  const auto bytes = static_cast<std::size_t>(sent);
  const auto cut = bytes == lines.bytes.size() ? EncodedLines::Cut{lines.ends.size(), lines.wanted, 0}
                                               : lines.cut_at(bytes);
  stream.connection.bytes += bytes;
  stream.request.bytes += bytes;
  stream.next += cut.finished;
  stream.request.lines += cut.lines;
  counters_->lines_sent.fetch_add(cut.lines, std::memory_order_relaxed);
  if (bytes == lines.bytes.size()) return true;
  if (cut.line_end > bytes)
    stream.pending = std::make_unique<std::string>(lines.bytes, bytes, cut.line_end - bytes);
  stall(slot);
  return false;
}

std::size_t LogStreams::break_streams(std::size_t container, StreamBreak how) {
  if (container >= feeds_.size()) return 0;
  const auto& feed = feeds_[container];
  std::vector<std::uint32_t> slots = feed.live;
  slots.insert(slots.end(), feed.waiting.begin(), feed.waiting.end());
  std::erase_if(slots, [&](std::uint32_t slot) { return !streams_[slot].follow; });
  if (how == StreamBreak::end) {
    container_ended(container);
    return slots.size();
  }
  for (const auto slot : slots) {
    const auto& stream = streams_[slot];
    if (how == StreamBreak::reset) {
      const linger at_once{1, 0};
      ::setsockopt(stream.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    if (how == StreamBreak::cut_in_frame && !stream.pending) {
      // Five bytes of the eight of a frame's header, or of a raw line; in a chunk of its own.
      constexpr std::string_view kPart{"\1\0\0\0\0", 5};
      const std::string text = stream.format.chunked ? "5\r\n" + std::string{kPart} + "\r\n" : std::string{kPart};
      send_some(stream.fd, text);
    }
    drop(slot, "fault");
  }
  return slots.size();
}

void LogStreams::stall(std::uint32_t slot) {
  auto& stream = streams_[slot];
  if (stream.state == State::live) {
    unlist(slot);
    list(slot, State::waiting);
  }
  if (!stream.wants_write) watch(slot, true, EPOLL_CTL_MOD);
}

bool LogStreams::flush_pending(std::uint32_t slot) {
  auto& stream = streams_[slot];
  if (!stream.pending) return true;
  const auto sent = send_some(stream.fd, *stream.pending);
  if (sent < 0) {
    drop(slot, "client");
    return false;
  }
  stream.connection.bytes += static_cast<std::size_t>(sent);
  stream.request.bytes += static_cast<std::size_t>(sent);
  if (static_cast<std::size_t>(sent) < stream.pending->size()) {
    stream.pending->erase(0, static_cast<std::size_t>(sent));
    stall(slot);
    return false;
  }
  stream.pending.reset();
  return true;
}

void LogStreams::pump(std::uint32_t slot) {
  for (std::size_t turn = 0;;) {
    if (!flush_pending(slot)) return;
    auto& stream = streams_[slot];
    if (stream.ending) return finish(slot);
    const auto written = fleet_->at(stream.container).timeline.written_until(clock_->now());
    // A follower's `end` (until) is reached when a line beyond it is written; other ends are already known.
    if (stream.next >= stream.end && (!stream.follow || written > stream.end)) {
      stream.ending = true;
      if (stream.format.chunked) stream.pending = std::make_unique<std::string>("0\r\n\r\n");
      continue;
    }
    const auto target = std::min(stream.end, written);
    if (stream.next >= target) {
      if (stream.wants_write) watch(slot, false, EPOLL_CTL_MOD);
      if (stream.state == State::live) return;
      unlist(slot);
      auto& feed = feeds_[stream.container];
      if (feed.live.empty()) feed.next = written;
      list(slot, State::live);
      return schedule(stream.container);
    }
    if (turn > kTurnBytes) return stall(slot);
    const auto end = std::min(target, stream.next + lines_a_batch(stream.container));
    encoder_.encode(stream.container, stream.next, end, stream.format, own_);
    turn += own_.bytes.size();
    if (!send_lines(slot, own_)) return;
  }
}

HandedConnection LogStreams::take_out(std::uint32_t slot) {
  auto& stream = streams_[slot];
  HandedConnection handed;
  ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, stream.fd, nullptr);
  handed.fd = UniqueFd(stream.fd);
  handed.connection = stream.connection;
  handed.request = std::move(stream.request);
  handed.keep_alive = stream.keep_alive;
  if (stream.unread) handed.unread = std::move(*stream.unread);
  unlist(slot);
  fleet_->release(stream.container);
  const auto generation = stream.generation + 1;
  stream = Stream{};
  stream.generation = generation;
  free_.push_back(slot);
  --counters_->open_streams;
  return handed;
}

void LogStreams::finish(std::uint32_t slot) {
  auto handed = take_out(slot);
  hooks_.answered(handed.connection, handed.request, "done");
  if (handed.keep_alive) return hooks_.resume(std::move(handed));
  ::shutdown(handed.fd.get(), SHUT_RDWR);
  hooks_.closed(handed.connection, "server");
}

void LogStreams::drop(std::uint32_t slot, std::string_view closed_by) {
  const auto handed = take_out(slot);
  hooks_.answered(handed.connection, handed.request, closed_by);
  hooks_.closed(handed.connection, closed_by);
}

}  // namespace leakrig
