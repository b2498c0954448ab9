#include <algorithm>
#include <array>

#include "harness/collector/defects/defect.h"

namespace leakrig {
namespace {

constexpr std::array kDefects{
    &kPoolOverflow, &kReopenWithoutClose,    &kStreamOutlivesContainer, &kStopWaitsForLine,
    &kEventsResubscribed,    &kStatsStreamPerPoll,      &kErrorBodyNotClosed,
    &kBodyNotDrained,        &kTransportPerRequest,     &kClientPerRetry,
    &kLokiClientPerPush,     &kListenerNotRemoved,      &kHeartbeatNotStopped,
    &kBlockedSender,         &kWorkerSpawnedWhileDown,  &kProbeSocketNotClosed,
    &kPositionFileNotClosed, &kMapEntryNeverErased,     &kReopenStorm,
};

}  // namespace

std::span<const Defect* const> defects() {
  return kDefects;
}

const Defect* find_defect(std::string_view name) {
  const auto found = std::find_if(kDefects.begin(), kDefects.end(),
                                  [&](const Defect* defect) { return defect->name == name; });
  return found == kDefects.end() ? nullptr : *found;
}

}  // namespace leakrig
