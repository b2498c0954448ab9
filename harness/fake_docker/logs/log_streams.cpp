#include "harness/fake_docker/logs/log_streams.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <utility>

namespace leakrig {
namespace {

namespace asio = boost::asio;

/// Lines that fall due within a tick leave together.
constexpr Nanos kTick = std::chrono::milliseconds{4};
/// With this many streams open they leave every second tick. A wake-up for a few lines costs more than the
/// lines: measured against a C loop, 8 ms take 0.79/0.99/1.08 times its CPU at 1,000/10,000/19,000 streams
/// and 4 ms 1.47/1.30/1.16 times; 12 ms are no better. With fewer streams there is nothing to save.
constexpr std::uint64_t kManyStreams = 500;
constexpr std::uint64_t kTicksOfMany = 2;
constexpr Nanos kLate = std::chrono::milliseconds{50};
constexpr std::size_t kBatchBytes = 64 * 1024;

std::uint64_t pack(std::uint32_t slot, std::uint32_t generation) {
  return (static_cast<std::uint64_t>(generation) << 32) | slot;
}

}  // namespace

LogStreams::LogStreams(asio::io_context& io, Fleet& fleet, const ScenarioClock& clock,
                       LiveCounters& counters, Hooks hooks)
    : fleet_(&fleet),
      clock_(&clock),
      counters_(&counters),
      hooks_(std::move(hooks)),
      encoder_(fleet, clock),
      epoll_(io, ::epoll_create1(EPOLL_CLOEXEC)),
      timer_(io),
      wheel_(tick_of(clock.now())),
      feeds_(fleet.size()) {
  wait_for_sockets();
}

void LogStreams::begin(const LogPlan& plan, HandedConnection handed, std::string head) {
  if (plan.container >= feeds_.size()) feeds_.resize(fleet_->size());
  const auto slot = take_slot();
  auto& stream = streams_[slot];
  stream.format = plan.format;
  stream.follow = plan.follow;
  stream.keep_alive = handed.keep_alive;
  stream.fd = handed.fd.release();
  stream.container = plan.container;
  stream.next = plan.next;
  stream.end = plan.end;
  stream.connection = handed.connection;
  stream.request = std::move(handed.request);
  stream.pending = std::make_unique<std::string>(std::move(head));
  if (!handed.unread.empty()) stream.unread = std::make_unique<std::string>(std::move(handed.unread));
  list(slot, State::waiting);
  fleet_->hold(plan.container);
  ++counters_->open_streams;
  watch(slot, false, EPOLL_CTL_ADD);
  pump(slot);
}

void LogStreams::container_ended(std::size_t container) {
  if (container >= feeds_.size()) return;
  auto& feed = feeds_[container];
  // Its last words may be a microsecond ahead of the clock.
  const auto& ended = fleet_->at(container);
  const auto end = ended.timeline.written_until(std::max(clock_->now(), ended.finished.value_or(Nanos::min())));
  std::vector<std::uint32_t> slots = feed.live;
  slots.insert(slots.end(), feed.waiting.begin(), feed.waiting.end());
  for (const auto slot : slots) {
    auto& stream = streams_[slot];
    if (!stream.follow) continue;
    stream.follow = false;
    stream.end = std::min(stream.end, end);
    if (!stream.wants_write) pump(slot);
  }
}

void LogStreams::container_resumed(std::size_t container) {
  if (container < feeds_.size()) schedule(static_cast<std::uint32_t>(container));
}

void LogStreams::close_all() {
  boost::system::error_code ignored;
  epoll_.cancel(ignored);
  timer_.cancel();
  drop_all("server");
}

void LogStreams::each(const std::function<void(const OpenRequest&)>& visit) const {
  for (const auto& stream : streams_) {
    if (stream.state != State::free) visit({&stream.connection, &stream.request});
  }
}

void LogStreams::drop_all(std::string_view closed_by) {
  for (std::uint32_t slot = 0; slot < streams_.size(); ++slot) {
    if (streams_[slot].state != State::free) drop(slot, closed_by);
  }
}

std::uint32_t LogStreams::take_slot() {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(streams_.size()));
    streams_.emplace_back();
  }
  const auto slot = free_.back();
  free_.pop_back();
  return slot;
}

void LogStreams::list(std::uint32_t slot, State state) {
  auto& stream = streams_[slot];
  auto& feed = feeds_[stream.container];
  auto& listed = state == State::live ? feed.live : feed.waiting;
  stream.state = state;
  stream.position = static_cast<std::uint32_t>(listed.size());
  listed.push_back(slot);
}

void LogStreams::unlist(std::uint32_t slot) {
  auto& stream = streams_[slot];
  auto& feed = feeds_[stream.container];
  auto& listed = stream.state == State::live ? feed.live : feed.waiting;
  listed[stream.position] = listed.back();
  streams_[listed.back()].position = stream.position;
  listed.pop_back();
  if (listed.empty()) listed.shrink_to_fit();
}

void LogStreams::watch(std::uint32_t slot, bool writable, int operation) {
  auto& stream = streams_[slot];
  stream.wants_write = writable;
  epoll_event event{};
  event.events = EPOLLRDHUP | (writable ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.u64 = pack(slot, stream.generation);
  ::epoll_ctl(epoll_.native_handle(), operation, stream.fd, &event);
}

void LogStreams::wait_for_sockets() {
  epoll_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [this](const boost::system::error_code& error) {
                      if (error) return;
                      on_sockets();
                      wait_for_sockets();
                    });
}

void LogStreams::on_sockets() {
  hooks_.advance();
  std::array<epoll_event, 512> events{};
  const int count = ::epoll_wait(epoll_.native_handle(), events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    const auto slot = static_cast<std::uint32_t>(event.data.u64);
    // One that ended earlier in this round may have left its slot to another.
    if (pack(slot, streams_[slot].generation) != event.data.u64 || streams_[slot].state == State::free)
      continue;
    if ((event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
      drop(slot, "client");
    } else if ((event.events & EPOLLOUT) != 0) {
      pump(slot);
    }
  }
}

std::uint64_t LogStreams::tick_of(Nanos scenario_time) const {
  return static_cast<std::uint64_t>((clock_->monotonic_at(scenario_time) + kTick - Nanos{1}) / kTick);
}

std::uint64_t LogStreams::departure(std::uint64_t tick) const {
  const auto step = counters_->open_streams < kManyStreams ? 1 : kTicksOfMany;
  return (tick + step - 1) / step * step;
}

void LogStreams::schedule(std::uint32_t container) {
  auto& feed = feeds_[container];
  if (feed.live.empty()) return;
  const auto due = fleet_->at(container).timeline.due(feed.next);
  if (!due) return;
  const auto tick = tick_of(*due);
  // An earlier look is one too many at most; a later one would be a container's that had this place before.
  if (feed.scheduled != 0 && feed.scheduled <= tick) return;
  feed.scheduled = tick;
  wheel_.add(container, tick);
  if (timer_tick_ == 0 || departure(tick) < timer_tick_) arm_timer();
}

void LogStreams::arm_timer() {
  const auto next = wheel_.next();
  timer_tick_ = next ? departure(*next) : 0;
  if (!next) return;
  timer_.expires_at(asio::steady_timer::time_point{kTick * static_cast<Nanos::rep>(timer_tick_)});
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) on_timer();
  });
}

void LogStreams::on_timer() {
  hooks_.advance();
  const auto now = clock_->now();
  timer_tick_ = 1;  // So that feeds scheduled below leave the timer alone until the end.
  due_.clear();
  // The tick that has begun counts as passed only once it is over, so round down.
  wheel_.collect(static_cast<std::uint64_t>(clock_->monotonic_at(now) / kTick), due_);
  for (const auto container : due_) {
    feeds_[container].scheduled = 0;
    run_feed(container, now);
    schedule(container);
  }
  arm_timer();
}

std::uint64_t LogStreams::lines_a_batch(std::uint32_t container) const {
  return std::max<std::uint64_t>(1, kBatchBytes / (fleet_->at(container).logs.bytes + 48));
}

void LogStreams::prefetch(const std::vector<std::uint32_t>& slots) const {
  constexpr std::size_t kMost = 32;
  constexpr std::size_t kCacheLine = 64;
  for (std::size_t k = 0; k < std::min(slots.size(), kMost); ++k) {
    const auto* const stream = reinterpret_cast<const char*>(&streams_[slots[slots.size() - 1 - k]]);
    for (std::size_t at = 0; at < sizeof(Stream); at += kCacheLine) __builtin_prefetch(stream + at, 1);
  }
}

void LogStreams::run_feed(std::uint32_t container, Nanos now) {
  const auto& timeline = fleet_->at(container).timeline;
  const auto target = timeline.written_until(now);
  while (feeds_[container].next < target && !feeds_[container].live.empty()) {
    const auto first = feeds_[container].next;
    const auto end = std::min(target, first + lines_a_batch(container));
    const auto due = timeline.due(first);
    const bool late = due && clock_->to_wall(clock_->now() - *due) > kLate;
    shared_.clear();
    prefetch(feeds_[container].live);
    for (auto i = feeds_[container].live.size(); i-- > 0;) {
      if (i >= feeds_[container].live.size()) continue;
      const auto slot = feeds_[container].live[i];
      auto& stream = streams_[slot];
      if (stream.next >= end) continue;
      if (stream.next != first || stream.end < end) {
        pump(slot);
        continue;
      }
      auto lines = std::find_if(shared_.begin(), shared_.end(),
                                [&stream](const auto& entry) { return entry.first == stream.format; });
      if (lines == shared_.end()) {
        lines = shared_.emplace(shared_.end(), stream.format, EncodedLines{});
        encoder_.encode(container, first, end, stream.format, lines->second);
      }
      if (late) counters_->lines_late += lines->second.wanted;
      send_lines(slot, lines->second);
    }
    feeds_[container].next = end;
  }
}

}  // namespace leakrig
