#include <sys/mman.h>

#include <map>
#include <string>
#include <vector>

#include "harness/collector/defects/defect.h"
#include "harness/collector/docker_client.h"
#include "harness/core/fd.h"

namespace leakrig {
namespace {

/// A file for each container's read position, opened when the container starts.
class PositionFiles final : public Activity, public ContainerObserver {
 public:
  explicit PositionFiles(const ActivityContext& context) : planted_(context.planted) {}

  ContainerObserver* observer() override { return this; }

  void container_started(const ContainerSummary& container) override {
    auto& file = files_[container.id];
    if (file) forgotten_.push_back(std::move(file));
    file = UniqueFd{::memfd_create("position", MFD_CLOEXEC)};
  }
  void container_stopped(const ContainerSummary& container) override {
    if (!planted_) files_.erase(container.id);
  }

 private:
  const bool planted_;
  // The observer's thread's:
  std::map<std::string, UniqueFd> files_;
  std::vector<UniqueFd> forgotten_;
};

}  // namespace

constinit const Defect kPositionFileNotClosed{
    .name = "position_file_not_closed",
    .mechanism =
        "opens a position file when a container starts and does not close it when the container stops",
    .seen_in = "moby#37391, moby#23835, loki#9495",
    .grows = "fds",
    .pointer = "/defects/position_file_not_closed/planted",
    .start = [](const ActivityContext& context) -> std::unique_ptr<Activity> {
      return std::make_unique<PositionFiles>(context);
    }};

}  // namespace leakrig
