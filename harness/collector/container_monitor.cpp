#include "harness/collector/container_monitor.h"

#include <algorithm>
#include <utility>

#include "harness/collector/named_thread.h"

namespace leakrig {
namespace {

using SteadyClock = std::chrono::steady_clock;

}  // namespace

ContainerMonitor::ContainerMonitor(const ContainerMonitorConfig& config, const DockerConfig& docker,
                                   DockerPool& pool, LogSink& sink, Nanos since_epoch,
                                   std::function<void()> on_ready, std::vector<ContainerObserver*> observers)
    : config_(config),
      pool_(pool),
      sink_(sink),
      started_(SteadyClock::now()),
      since_(since_epoch),
      on_ready_(std::move(on_ready)),
      observers_(std::move(observers)),
      streams_(config) {
  if (pool.is_exclusive()) {
    lister_.emplace(pool.lease());
    events_ = named_thread("events", [this](const std::stop_token& stop) { watch_events(stop); });
    health_.push_back(named_thread(
        "health", [this, every = docker.health_check_every](const std::stop_token& stop) {
          check_containers(every, stop);
        }));
  } else {
    start_client_checks(docker.health_check_every);
  }
  discover_ = named_thread("discover", [this](const std::stop_token& stop) { discover(stop); });
}

void ContainerMonitor::start_client_checks(Nanos every) {
  for (std::size_t i = 0; i < pool_.size(); ++i) {
    // Spread over the interval, and off the moments at which containers are listed.
    const auto share = (static_cast<double>(i) + 0.5) / static_cast<double>(pool_.size());
    const Cadence schedule{started_, every, from_seconds(to_seconds(every) * share)};
    health_.push_back(named_thread("health", [this, i, schedule](const std::stop_token& stop) {
      check_client(pool_.at(i), schedule, stop);
    }));
  }
}

ContainerMonitor::~ContainerMonitor() {
  for (auto& thread : health_) thread.request_stop();
  events_.request_stop();
  discover_.request_stop();
  discover_.join();
  health_.clear();
}

void ContainerMonitor::discover(const std::stop_token& stop) {
  const Cadence schedule{started_, config_.discover_every, Nanos{0}};
  auto next = SteadyClock::now();
  while (sleep_until(next, stop)) {
    const auto listed = (lister_ ? lister_->client() : pool_.at(0)).list_running(stop);
    const auto* running = std::get_if<std::vector<ContainerSummary>>(&listed);
    if (running != nullptr) {
      update(*running);
      if (on_ready_) std::exchange(on_ready_, nullptr)();
    }
    next = schedule.next_after(SteadyClock::now());
    // Until it has begun, more often than later on.
    if (on_ready_) next = std::min(next, SteadyClock::now() + config_.retry_wait);
  }
  followers_.clear();
  forgotten_.clear();
}

void ContainerMonitor::drop_stopped(const std::vector<ContainerSummary>& running) {
  for (auto it = followers_.begin(); it != followers_.end();) {
    const auto next = std::next(it);
    const auto runs = std::any_of(running.begin(), running.end(), [&](const ContainerSummary& container) {
      return container.id == it->first;
    });
    if (!runs) {
      for (auto* observer : observers_) observer->container_stopped(it->second->container());
      if (config_.cancel_on_stop) {
        it->second->stop();
        collected_to_.insert_or_assign(it->first, it->second->collected_to());
      } else {
        // The defect stream_outlives_container.
        it->second->forget();
        forgotten_.push_back(std::move(it->second));
        collected_to_.insert_or_assign(it->first, ResumePoint{SystemClock{}.wall()});
      }
      followers_.erase(it);
    }
    it = next;
  }
}

void ContainerMonitor::update(const std::vector<ContainerSummary>& running) {
  drop_stopped(running);
  {
    const std::lock_guard lock{mutex_};
    running_.clear();
    for (const auto& container : running) running_.push_back(container.id);
  }
  for (const auto& container : running) {
    if (followers_.contains(container.id)) continue;
    const auto before = collected_to_.find(container.id);
    const ContainerFollower::Context context{
        config_,  pool_,    sink_,
        streams_, started_, before == collected_to_.end() ? ResumePoint{since_} : before->second};
    followers_.emplace(container.id, std::make_unique<ContainerFollower>(context, container, free_slot()));
    for (auto* observer : observers_) observer->container_started(container);
  }
}

std::size_t ContainerMonitor::free_slot() const {
  std::size_t slot = 0;
  const auto taken = [&](const auto& followed) { return followed.second->slot() == slot; };
  while (std::any_of(followers_.begin(), followers_.end(), taken)) ++slot;
  return slot;
}

void ContainerMonitor::check_client(DockerClient& client, const Cadence& schedule,
                                    const std::stop_token& stop) {
  // A failed check changes nothing here, as it changed nothing in the investigated program: it is traffic.
  while (sleep_until(schedule.next_after(SteadyClock::now()), stop)) client.ping(stop);
}

/// Each container once in `every`, evenly spread, one after the other.
void ContainerMonitor::check_containers(Nanos every, const std::stop_token& stop) {
  auto due = SteadyClock::now();
  for (std::size_t turn = 0; sleep_until(due, stop); ++turn) {
    std::string id;
    std::size_t count = 0;
    {
      const std::lock_guard lock{mutex_};
      count = running_.size();
      if (count > 0) id = running_[turn % count];
    }
    if (count > 0) pool_.lease().client().has_tty(id, stop);
    due = std::max(due + every / std::max<std::int64_t>(1, static_cast<std::int64_t>(count)),
                   SteadyClock::now() - every);
  }
}

/// What they say changes nothing here: containers are found by listing them.
void ContainerMonitor::watch_events(const std::stop_token& stop) {
  do {
    auto trip = lister_->client().request("GET", "/events", stop);
    if (trip.response) trip.response->read_all();
  } while (sleep_until(SteadyClock::now() + config_.retry_wait, stop));
}

}  // namespace leakrig
