#include "harness/collector/fixes/stream_registry.h"

#include <algorithm>

#include "harness/collector/cadence.h"
#include "harness/collector/named_thread.h"

namespace leakrig {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// How many times in an idle time-out the streams are looked at.
constexpr int kLooksPerTimeout = 4;

template <typename Step>
std::jthread every(const char* name, Nanos interval, Step step) {
  return named_thread(name, [interval, step](const std::stop_token& stop) {
    const Cadence schedule{SteadyClock::now(), interval, Nanos{0}};
    while (sleep_until(schedule.next_after(SteadyClock::now()), stop)) step();
  });
}

}  // namespace

StreamRegistry::StreamRegistry(const ContainerMonitorConfig& config)
    : limit_(config.stream_limit),
      rotate_every_(config.rotate_every),
      idle_timeout_(config.stream_idle_timeout) {
  if (rotate_every_ > Nanos{0}) rotation_ = every("rotate", rotate_every_, [this] { cancel_all(); });
  if (idle_timeout_ > Nanos{0}) {
    reaper_ = every("idle-reaper", std::max(idle_timeout_ / kLooksPerTimeout, Nanos{1}),
                    [this] { cancel_unread_since(SteadyClock::now() - idle_timeout_); });
  }
}

bool StreamRegistry::keeps_streams() const {
  return limit_.max > 0 || rotate_every_ > Nanos{0} || idle_timeout_ > Nanos{0};
}

std::shared_ptr<OpenStream> StreamRegistry::admit() {
  auto stream = std::make_shared<OpenStream>(SteadyClock::now());
  if (!keeps_streams()) return stream;
  const std::lock_guard lock{mutex_};
  if (limit_.max > 0 && streams_.size() >= static_cast<std::size_t>(limit_.max)) {
    if (limit_.at_limit == StreamLimit::AtLimit::refuse) return nullptr;
    streams_.front()->cancel();
    streams_.pop_front();
  }
  streams_.push_back(stream);
  return stream;
}

void StreamRegistry::closed(const std::shared_ptr<OpenStream>& stream) {
  const std::lock_guard lock{mutex_};
  streams_.remove(stream);
}

std::size_t StreamRegistry::size() const {
  const std::lock_guard lock{mutex_};
  return streams_.size();
}

void StreamRegistry::cancel_all() {
  std::list<std::shared_ptr<OpenStream>> all;
  {
    const std::lock_guard lock{mutex_};
    all.swap(streams_);
  }
  for (const auto& stream : all) stream->cancel();
}

void StreamRegistry::cancel_unread_since(OpenStream::TimePoint moment) {
  std::list<std::shared_ptr<OpenStream>> unread;
  {
    const std::lock_guard lock{mutex_};
    for (auto it = streams_.begin(); it != streams_.end();) {
      const auto next = std::next(it);
      if ((*it)->last_read() < moment) unread.splice(unread.end(), streams_, it);
      it = next;
    }
  }
  for (const auto& stream : unread) stream->cancel();
}

}  // namespace leakrig
