#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/core/error.h"
#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

constexpr Stimulus kTime{.name = kTwin,
                         .family = "time",
                         .event = "nothing happens for a while",
                         .needs = "",
                         .over = Over::held,
                         .hold = std::chrono::seconds{10},
                         .begin = [](const Stimulus&, Scene&) {}};

bool is_named(const Stimulus& stimulus, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return name == stimulus.name || name == stimulus.family; });
}

void check_names(const std::vector<std::string>& names, const char* option) {
  for (const auto& name : names) {
    const auto& all = catalogue();
    if (std::any_of(all.begin(), all.end(), [&](const Stimulus& each) { return is_named(each, {name}); })) continue;
    throw UsageError(
        fmt::format("{} {}: no such stimulus or family ('leakrig audit --list' shows them)", option, name));
  }
}

}  // namespace

const std::vector<Stimulus>& catalogue() {
  static const std::vector<Stimulus> all = [] {
    std::vector<Stimulus> rows{kTime};
    for (const auto family : {container_stimuli(), stream_stimuli(), answer_stimuli(), daemon_stimuli(),
                              event_stimuli(), sink_stimuli()})
      rows.insert(rows.end(), family.begin(), family.end());
    return rows;
  }();
  return all;
}

std::vector<Stimulus> chosen_stimuli(const std::vector<std::string>& only, const std::vector<std::string>& skip) {
  check_names(only, "--only");
  check_names(skip, "--skip");
  std::vector<Stimulus> chosen;
  for (const auto& stimulus : catalogue()) {
    const bool wanted = (only.empty() || is_named(stimulus, only)) && !is_named(stimulus, skip);
    if (wanted || stimulus.name == kTwin) chosen.push_back(stimulus);
  }
  return chosen;
}

void stage_fault(const Stimulus& stimulus, Scene& scene, std::size_t times) {
  FaultConfig fault;
  fault.kind = stimulus.fault;
  fault.endpoint = stimulus.needs.empty() ? "*" : std::string{stimulus.needs};
  fault.status = stimulus.status;
  fault.message = stimulus.message;
  fault.delay = stimulus.delay;
  fault.after_bytes = 0;
  scene.docker.stage(fault, times);
}

}  // namespace leakrig
