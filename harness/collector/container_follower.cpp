#include "harness/collector/container_follower.h"

#include <algorithm>

#include "harness/collector/named_thread.h"

namespace leakrig {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kLongestReopenWait = 10;  // times retry_wait

}  // namespace

ContainerFollower::ContainerFollower(const Context& context, ContainerSummary container, std::size_t slot)
    : context_(context), container_(std::move(container)), slot_(slot), resume_(context.resume) {
  follower_ = named_thread("follow", [this](const std::stop_token& stop) {
    if (context_.config.follow) {
      follow(stop);
    } else {
      poll(stop);
    }
  });
  heartbeat_ = named_thread("heartbeat", [this](const std::stop_token& stop) { beat(stop); });
}

ContainerFollower::~ContainerFollower() {
  stop();
}

void ContainerFollower::stop() {
  follower_.request_stop();
  heartbeat_.request_stop();
  if (follower_.joinable()) follower_.join();
  if (heartbeat_.joinable()) heartbeat_.join();
}

void ContainerFollower::forget() {
  heartbeat_.request_stop();
  heartbeat_.join();
}

void ContainerFollower::follow(const std::stop_token& stop) {
  const auto& config = context_.config;
  auto wait = config.retry_wait;
  while (!stop.stop_requested()) {
    const auto ended = follow_once(stop);
    // The rotation as it was published: a stream's goroutine waited for its heartbeat before it was opened
    // again, and nobody had asked the heartbeat to end.
    if (ended == Ended::cancelled && config.rotate_awaits_heartbeat)
      sleep_until(SteadyClock::time_point::max(), stop);
    if (ended == Ended::replaced || ended == Ended::cancelled) {
      wait = config.retry_wait;
      continue;
    }
    // The defect reopen_storm: an end at once is answered at once.
    if (!config.retry_backoff) continue;
    if (progressed_) wait = config.retry_wait;
    if (!sleep_until(SteadyClock::now() + wait, stop)) return;
    wait = std::min(wait * 2, config.retry_wait * kLongestReopenWait);
  }
}

ContainerFollower::Ended ContainerFollower::follow_once(const std::stop_token& stop) {
  const auto& config = context_.config;
  progressed_ = false;
  const auto leave = context_.streams.admit();
  if (!leave) return Ended::broken;
  // The follower's stop ends the stream while the follower holds it. A stream that is dropped unclosed keeps
  // its connection: nobody is left to cancel it, as with a forgotten context in Go.
  const std::stop_callback on_stop{stop, [&leave] { leave->cancel(); }};
  const auto lease = context_.pool.lease();
  auto stream = open(lease, /*follow=*/true, leave->token());
  if (!stream) {
    context_.streams.closed(leave);
    return Ended::broken;
  }
  Exchange::Deadline replace_at;
  if (config.reopen_every > Nanos{0})
    replace_at = cadence(config.reopen_every).next_after(SteadyClock::now());
  const auto ended = read_until(*stream, leave.get(), replace_at, stop);
  // The defect reopen_without_close: what is replaced is forgotten, not closed.
  if (ended != Ended::replaced || config.close_on_reopen) {
    stream->close();
    context_.streams.closed(leave);
  }
  return ended;
}

void ContainerFollower::poll(const std::stop_token& stop) {
  const auto schedule = cadence(context_.config.poll_every);
  do {
    const auto lease = context_.pool.lease();
    if (auto stream = open(lease, /*follow=*/false, stop)) {
      read_until(*stream, nullptr, std::nullopt, stop);
      stream->close();
    }
  } while (sleep_until(schedule.next_after(SteadyClock::now()), stop));
}

/// The investigated program tells its task manager that the container's task lives; nothing goes over the
/// network.
void ContainerFollower::beat(const std::stop_token& stop) {
  const auto schedule = cadence(context_.config.heartbeat_every);
  while (sleep_until(schedule.next_after(SteadyClock::now()), stop)) {
  }
}

std::optional<LogStream> ContainerFollower::open(const ClientLease& lease, bool follow,
                                                 const std::stop_token& stop) {
  if (!know_tty(lease, stop)) return std::nullopt;
  auto opened = lease.client().logs({container_.id, resume_.since(), follow, *tty_}, stop);
  auto* stream = std::get_if<LogStream>(&opened);
  if (stream == nullptr) return std::nullopt;
  resume_.begin_stream();
  return std::move(*stream);
}

ContainerFollower::Ended ContainerFollower::read_until(LogStream& stream, OpenStream* open,
                                                       Exchange::Deadline deadline,
                                                       const std::stop_token& stop) {
  LogLine line;
  while (!stop.stop_requested()) {
    // A busy stream never times out, so the schedule is looked at as well.
    if (deadline && SteadyClock::now() >= *deadline) return Ended::replaced;
    const auto got = stream.next(line, deadline);
    if (got == BodyRead::timed_out) return Ended::replaced;
    if (got != BodyRead::data) return open != nullptr && open->cancelled() ? Ended::cancelled : Ended::broken;
    progressed_ = true;
    if (open != nullptr) open->note_read(SteadyClock::now());
    if (!resume_.accept(line)) continue;
    if (!context_.sink.push({container_.name, line.epoch, std::move(line.text)}, stop)) break;
  }
  return Ended::stopped;
}

bool ContainerFollower::know_tty(const ClientLease& lease, const std::stop_token& stop) {
  if (tty_) return true;
  auto& client = context_.pool.is_exclusive() ? lease.client() : context_.pool.at(0);
  const auto inspected = client.has_tty(container_.id, stop);
  if (const auto* tty = std::get_if<bool>(&inspected)) tty_ = *tty;
  return tty_.has_value();
}

Cadence ContainerFollower::cadence(Nanos every) const {
  return {context_.started, every, from_seconds(to_seconds(every) * even_phase(slot_))};
}

}  // namespace leakrig
