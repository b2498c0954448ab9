// What happens to containers.
#include <fmt/format.h>

#include <array>

#include "harness/run/stimuli/stimulus.h"

namespace leakrig {
namespace {

using std::chrono::seconds;

/// A subject learns of containers by listing them or by the events.
constexpr std::string_view kLearns = "GET /*";

template <ContainerAction action>
void act_on(const Stimulus&, Scene& scene) {
  scene.docker.act(action, scene.containers);
}

void rename(const Stimulus&, Scene& scene) {
  for (const auto& name : scene.containers) {
    const auto stem = name.substr(0, name.find("-renamed"));
    scene.docker.rename(name, fmt::format("{}-renamed-{}", stem, scene.step));
  }
}

constexpr std::array kContainers{
    Stimulus{.name = "container-stops",
             .family = "containers",
             .event = "a container stops and is started again",
             .needs = kLearns,
             .over = Over::noticed,
             .hold = seconds{25},
             .per_container = true,
             .begin = act_on<ContainerAction::stop>,
             .end = act_on<ContainerAction::start>},
    Stimulus{.name = "container-killed",
             .family = "containers",
             .event = "a container is killed and started again",
             .needs = kLearns,
             .over = Over::noticed,
             .hold = seconds{25},
             .per_container = true,
             .begin = act_on<ContainerAction::kill>,
             .end = act_on<ContainerAction::start>},
    Stimulus{.name = "container-restarts",
             .family = "containers",
             .event = "a container restarts at once",
             .needs = kLearns,
             .per_container = true,
             .begin = act_on<ContainerAction::restart>},
    Stimulus{.name = "container-replaced",
             .family = "containers",
             .event = "a container is removed and another created",
             .needs = kLearns,
             .over = Over::noticed,
             .hold = seconds{25},
             .per_container = true,
             .begin = replace_containers,
             .removes = true},
    Stimulus{.name = "container-renamed",
             .family = "containers",
             .event = "a container is renamed",
             .needs = kLearns,
             .over = Over::noticed,
             .hold = seconds{25},
             .per_container = true,
             .begin = rename,
             .renames = true},
    Stimulus{.name = "container-paused",
             .family = "containers",
             .event = "a container is paused and goes on",
             .needs = kLearns,
             .over = Over::held,
             .hold = seconds{5},
             .per_container = true,
             .begin = act_on<ContainerAction::pause>,
             .end = act_on<ContainerAction::unpause>},
};

}  // namespace

void replace_containers(const Stimulus&, Scene& scene) {
  scene.docker.act(ContainerAction::remove, scene.containers);
  for (std::size_t i = 0; i < scene.containers.size(); ++i)
    scene.docker.create(fmt::format("new-{}-{}", scene.step, i));
}

std::span<const Stimulus> container_stimuli() {
  return kContainers;
}

}  // namespace leakrig
