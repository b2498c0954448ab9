#include <list>
#include <map>
#include <string>

#include "harness/collector/defects/defect.h"
#include "harness/collector/docker_client.h"
#include "harness/collector/named_thread.h"

namespace leakrig {
namespace {

/// A ticker for each container, started with it.
class Tickers final : public Activity, public ContainerObserver {
 public:
  explicit Tickers(const ActivityContext& context) : every_(context.every), planted_(context.planted) {}

  ContainerObserver* observer() override { return this; }

  void container_started(const ContainerSummary& container) override {
    auto& ticker = tickers_[container.id];
    if (ticker.joinable()) forgotten_.push_back(std::move(ticker));
    ticker = named_thread("ticker", [every = every_](const std::stop_token& stop) {
      while (sleep_until(std::chrono::steady_clock::now() + every, stop)) {
      }
    });
  }
  void container_stopped(const ContainerSummary& container) override {
    // The call to ticker.Stop() that is missing.
    if (!planted_) tickers_.erase(container.id);
  }

 private:
  const Nanos every_;
  const bool planted_;
  // The observer's thread's:
  std::map<std::string, std::jthread> tickers_;
  std::list<std::jthread> forgotten_;
};

}  // namespace

constinit const Defect kHeartbeatNotStopped{
    .name = "heartbeat_not_stopped",
    .mechanism = "starts a heartbeat with each container and does not stop it when the container stops",
    .seen_in = "datadog-agent#46991",
    .grows = "threads",
    .pointer = "/defects/heartbeat_not_stopped/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<Tickers>(context);
    }};

}  // namespace leakrig
