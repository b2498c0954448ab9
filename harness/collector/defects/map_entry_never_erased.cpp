#include <fmt/format.h>

#include <map>
#include <string>

#include "harness/collector/defects/defect.h"
#include "harness/collector/docker_client.h"

namespace leakrig {
namespace {

/// The last lines of each run of a container, kept for the moment at which it fails.
class LastLines final : public Activity, public ContainerObserver {
 public:
  explicit LastLines(const ActivityContext& context) : planted_(context.planted) {}

  ContainerObserver* observer() override { return this; }

  void container_started(const ContainerSummary& container) override {
    constexpr std::size_t kKept = 512 * 1024;
    kept_[fmt::format("{}/{}", container.id, ++run_)] = std::string(kKept, '.');
  }
  void container_stopped(const ContainerSummary& container) override {
    if (planted_) return;
    std::erase_if(kept_, [&](const auto& entry) { return entry.first.starts_with(container.id); });
  }

 private:
  const bool planted_;
  // The observer's thread's:
  std::map<std::string, std::string> kept_;
  std::size_t run_ = 0;
};

}  // namespace

constinit const Defect kMapEntryNeverErased{
    .name = "map_entry_never_erased",
    .mechanism = "keeps a map entry for each run of a container and never erases one",
    .seen_in = "datadog-agent#46991, cadvisor#1339",
    .grows = "memory",
    .pointer = "/defects/map_entry_never_erased/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<LastLines>(context);
    }};

}  // namespace leakrig
