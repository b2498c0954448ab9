#include "harness/fake_docker/restart_schedule.h"

#include <spdlog/spdlog.h>

#include <utility>

namespace leakrig {
namespace {

constexpr Nanos kTryAgainAfter = std::chrono::milliseconds{50};

Nanos monotonic_now() {
  return std::chrono::steady_clock::now().time_since_epoch();
}

}  // namespace

RestartSchedule::RestartSchedule(boost::asio::io_context& io, const Daemon& daemon, Hooks hooks)
    : daemon_(&daemon), hooks_(std::move(hooks)), timer_(io) {
  arm();
}

void RestartSchedule::arm() {
  if (is_down_ || stopped_) return;
  const auto next = daemon_->faults.next_restart(daemon_->clock.now());
  if (!next) {
    timer_.cancel();
    return;
  }
  down_for_ = next->down_for;
  wait_until(daemon_->clock.monotonic_at(next->at), &RestartSchedule::go_down);
}

void RestartSchedule::restart(Nanos down_for) {
  if (is_down_ || stopped_) return;
  down_for_ = down_for;
  go_down();
}

void RestartSchedule::stop() {
  stopped_ = true;
  timer_.cancel();
}

void RestartSchedule::wait_until(Nanos monotonic, void (RestartSchedule::*then)()) {
  timer_.expires_at(boost::asio::steady_timer::time_point{monotonic});
  timer_.async_wait([this, then](const boost::system::error_code& error) {
    if (!error && !stopped_) (this->*then)();
  });
}

void RestartSchedule::go_down() {
  is_down_ = true;
  spdlog::debug("fake docker: restarting, as a fault says");
  hooks_.go_down();
  wait_until(monotonic_now() + daemon_->clock.to_wall(down_for_), &RestartSchedule::come_up);
}

void RestartSchedule::come_up() {
  if (!hooks_.come_up()) return wait_until(monotonic_now() + kTryAgainAfter, &RestartSchedule::come_up);
  is_down_ = false;
  arm();
}

}  // namespace leakrig
