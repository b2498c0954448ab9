#include "harness/run/toggles.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/collector/defects/defect.h"
#include "harness/core/error.h"
#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/spec/collector_text.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr const char* kCollector = "/subject/collector";

const Variant& reference_of(const ScenarioSpec& scenario) {
  const Variant* reference = scenario.variant(scenario.reference);
  if (reference == nullptr)
    throw UsageError(fmt::format("{}: /reference: not among the variants that are run", scenario.source));
  return *reference;
}

/// {"a": {"b": value}} for "/a/b".
json patch_at(const std::string& pointer, const json& value) {
  json patch = json::object();
  patch[Pointer{pointer}] = value;
  return patch;
}

class Toggles {
 public:
  void add(Toggle::Kind kind, std::string name, std::string about, std::string blames, const json& patch) {
    all_.push_back({std::move(name), std::move(about), std::move(blames), kind, patch.dump()});
  }
  std::vector<Toggle> take() { return std::move(all_); }

 private:
  std::vector<Toggle> all_;
};

/// Whether the collector has what a defect needs, and has the defect.
bool is_planted(const Defect& defect, const CollectorConfig& collector) {
  if (defect.is_activity()) {
    const auto activity = std::find_if(collector.defects.begin(), collector.defects.end(),
                                       [&](const DefectConfig& each) { return each.name == defect.name; });
    return activity != collector.defects.end() && activity->planted == defect.planted_value;
  }
  return json::parse(collector_text(collector)).at(Pointer{std::string{defect.pointer}}) ==
         defect.planted_value;
}

void add_defects(Toggles& toggles, const CollectorConfig& collector) {
  for (const auto* defect : defects()) {
    if (!is_planted(*defect, collector)) continue;
    toggles.add(Toggle::Kind::defect, fmt::format("no-{}", defect->name), "its clean twin instead",
                fmt::format("{}: the collector {}", defect->name, defect->mechanism),
                patch_at(fmt::format("{}{}", kCollector, defect->pointer), !defect->planted_value));
  }
}

void add_behaviours(Toggles& toggles, const ContainerMonitorConfig& monitor) {
  if (!monitor.enabled) return;
  const std::string at = fmt::format("{}/container_monitor", kCollector);
  if (monitor.reopen_every > Nanos{0}) {
    toggles.add(Toggle::Kind::behaviour, "reopen_every=0s", "log streams are not replaced on a schedule",
                fmt::format("container_monitor.reopen_every: log streams are replaced every {}",
                            format_duration(monitor.reopen_every)),
                patch_at(at + "/reopen_every", "0s"));
  }
  if (!monitor.follow) return;
  json polling{{"follow", false}};
  // What is of streams does not go with polling.
  if (monitor.stream_limit.max > 0) polling["stream_limit"] = nullptr;
  if (monitor.rotate_every > Nanos{0}) polling["rotate_every"] = nullptr;
  if (monitor.stream_idle_timeout > Nanos{0}) polling["stream_idle_timeout"] = nullptr;
  toggles.add(Toggle::Kind::behaviour, "follow=false", "containers are polled instead of followed",
              "container_monitor.follow: each container is followed by a stream that stays open",
              patch_at(at, polling));
}

void add_transport(Toggles& toggles, const TransportConfig& transport, const std::string& side) {
  const auto add = [&](const char* option, const json& value, const std::string& about,
                       const std::string& blames) {
    const auto text = value.is_string() ? value.get<std::string>() : value.dump();
    toggles.add(Toggle::Kind::transport, fmt::format("{}.{}={}", side, option, text), about,
                fmt::format("{}.transport.{}: {}", side, option, blames),
                patch_at(fmt::format("{}/{}/transport/{}", kCollector, side, option), value));
  };
  const std::string kept = fmt::format("connections to {} are kept and used again", side);
  const std::string single = fmt::format("each request to {} has a connection of its own", side);
  const bool off = transport.disable_keep_alives;
  add("disable_keep_alives", !off, off ? kept : single, off ? single : kept);
  constexpr int kCap = 50;
  const int cap = transport.max_conns_per_host;
  const std::string unlimited = fmt::format("connections to {} are not limited", side);
  const auto limited = [&](int most) {
    return fmt::format("a client has at most {} connections to {}", most, side);
  };
  add("max_conns_per_host", cap == 0 ? kCap : 0, cap == 0 ? limited(kCap) : unlimited,
      cap == 0 ? unlimited : limited(cap));
  const Nanos idle = transport.idle_conn_timeout;
  if (idle == Nanos{0} || idle > std::chrono::seconds{10}) {
    add("idle_conn_timeout", "10s", fmt::format("idle connections to {} end after 10 s", side),
        idle == Nanos{0}
            ? fmt::format("idle connections to {} never end", side)
            : fmt::format("idle connections to {} end after {} only", side, format_duration(idle)));
  }
}

void add_components(Toggles& toggles, const CollectorConfig& collector) {
  const auto add = [&](const std::string& name, const std::string& pointer, const json& value,
                       const char* about) {
    toggles.add(Toggle::Kind::component, name + "-off", about, name, patch_at(kCollector + pointer, value));
  };
  if (collector.container_monitor.enabled)
    add("container_monitor", "/container_monitor/enabled", false, "no container is collected");
  if (collector.loki.enabled) add("loki", "/loki/enabled", false, "nothing is sent to Loki");
  for (const auto& activity : collector.defects)
    add(activity.name, "/defects/" + activity.name, nullptr, "the activity is not there at all");
}

}  // namespace

const char* to_string(Toggle::Kind kind) {
  switch (kind) {
    case Toggle::Kind::defect:
      return "defect";
    case Toggle::Kind::stated:
      return "stated";
    case Toggle::Kind::behaviour:
      return "behaviour";
    case Toggle::Kind::transport:
      return "transport";
    case Toggle::Kind::component:
      break;
  }
  return "component";
}

std::vector<Toggle> toggles_of(const ScenarioSpec& scenario) {
  const Variant& reference = reference_of(scenario);
  Toggles toggles;
  for (const auto& [name, patch] : scenario.toggles) {
    toggles.add(Toggle::Kind::stated, name, "as the scenario states", fmt::format("what {} takes away", name),
                json::parse(patch));
  }
  if (const auto* collector = reference.subject.collector()) {
    add_defects(toggles, *collector);
    add_behaviours(toggles, collector->container_monitor);
    add_transport(toggles, collector->docker.transport, "docker");
    if (collector->loki.enabled) add_transport(toggles, collector->loki.transport, "loki");
    add_components(toggles, *collector);
  }
  std::vector<Toggle> all = toggles.take();
  std::erase_if(all, [&](const Toggle& toggle) {
    const auto effect =
        effect_of_patch(scenario, reference.patch, composed_patch(reference.patch, toggle.patch));
    return effect == PatchEffect::none ||
           (toggle.kind != Toggle::Kind::stated && effect == PatchEffect::invalid);
  });
  return all;
}

std::string name_of(const std::vector<Toggle>& set) {
  std::string name;
  for (const auto& toggle : set) name += (name.empty() ? "" : "+") + toggle.name;
  return name;
}

ScenarioSpec isolation_scenario(const ScenarioSpec& scenario, const std::vector<std::vector<Toggle>>& sets) {
  const Variant& reference = reference_of(scenario);
  std::vector<NamedPatch> variants{{reference.name, reference.patch}};
  for (const auto& set : sets) {
    NamedPatch& variant = variants.emplace_back(name_of(set), reference.patch);
    for (const auto& toggle : set) variant.patch = composed_patch(variant.patch, toggle.patch);
  }
  // Memory is judged where the scenario asks for it, and then in every variant.
  std::vector<std::string> also_judge;
  for (const auto& expected : reference.expect) {
    if (expected.kind == Expectation::Kind::metric && expected.what.ends_with("_bytes"))
      also_judge.push_back(expected.what);
  }
  return with_variants(scenario, variants, also_judge);
}

}  // namespace leakrig
