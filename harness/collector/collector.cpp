#include "harness/collector/collector.h"

#include <fmt/format.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <system_error>
#include <vector>

#include "harness/collector/container_monitor.h"
#include "harness/collector/defects/defect.h"
#include "harness/collector/docker_pool.h"
#include "harness/collector/go_runtime.h"
#include "harness/collector/loki_sink.h"
#include "harness/collector/named_thread.h"
#include "harness/collector/planted_leak.h"
#include "harness/core/fd.h"
#include "harness/core/say.h"

namespace leakrig {
namespace {

constexpr int kFailed = 3;

void say_ready() {
  std::puts("ready");
  std::fflush(stdout);
}

/// The program's parts, in the order in which they need each other.
class Collector {
 public:
  explicit Collector(const CollectorConfig& config)
      : wall_(in_wall_time(config)), docker_(parse_endpoint(config.docker_host)) {
    for (auto i = 0; i < config.background_threads; ++i) {
      workers_.push_back(named_thread("worker", [](const std::stop_token& stop) {
        sleep_until(std::chrono::steady_clock::time_point::max(), stop);
      }));
    }
    if (wall_.planted_leak_per_min > 0) planted_.emplace(wall_.planted_leak_per_min);
    if (config.loki.enabled) {
      sink_ = std::make_unique<LokiSink>(wall_.loki, parse_endpoint(config.loki_url), runtime_);
    } else {
      sink_ = std::make_unique<NullSink>();
    }
    if (config.container_monitor.enabled || !config.defects.empty())
      pool_.emplace(docker_, wall_.docker, runtime_);
    start_activities();
    if (!config.container_monitor.enabled) {
      say_ready();
      return;
    }
    std::vector<ContainerObserver*> observers;
    for (const auto& activity : activities_) {
      if (auto* observer = activity->observer()) observers.push_back(observer);
    }
    monitor_.emplace(wall_.container_monitor, wall_.docker, *pool_, *sink_, SystemClock{}.wall(), say_ready,
                     std::move(observers));
  }

 private:
  void start_activities() {
    for (const auto& config : wall_.defects) {
      activities_.push_back(
          find_defect(config.name)
              ->start({docker_, wall_.docker.transport, *pool_, runtime_, config.every, config.planted}));
    }
  }

  const CollectorConfig wall_;
  const Endpoint docker_;
  std::vector<std::jthread> workers_;
  std::optional<PlantedLeak> planted_;
  GoRuntime runtime_;
  const GoTransport unused_{wall_.docker.unused_transport, runtime_};  ///< no request goes through it
  std::unique_ptr<LogSink> sink_;
  std::optional<DockerPool> pool_;
  std::vector<std::unique_ptr<Activity>> activities_;
  std::optional<ContainerMonitor> monitor_;
};

}  // namespace

int run_collector(const CollectorConfig& config) {
  ::sigset_t ending;
  ::sigemptyset(&ending);
  ::sigaddset(&ending, SIGTERM);
  ::sigaddset(&ending, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  raise_fd_limit();
  // Few arenas: with one a thread, the memory of a thread could not be told from malloc's habits.
  ::mallopt(M_ARENA_MAX, 2);
  std::optional<Collector> collector;
  try {
    collector.emplace(config);
  } catch (const std::system_error& e) {
    say(stderr, "collector: cannot start its threads: {}\n", e.what());
    std::fflush(stderr);
    ::_exit(kFailed);
  }
  int signal = 0;
  ::sigwait(&ending, &signal);
  // No destructors: some threads are leaked by design and wait for ever.
  std::fflush(nullptr);
  ::_exit(0);
}

}  // namespace leakrig
