#include "harness/run/toggles.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/collector/defects/defect.h"
#include "harness/core/error.h"
#include "harness/core/metrics.h"
#include "harness/core/units.h"
#include "harness/spec/patch.h"
#include "harness/spec/rules.h"

namespace leakrig {
namespace {

using nlohmann::json;
using Pointer = json::json_pointer;

constexpr const char* kCollector = "/subject/collector";

const Variant& baseline_of(const Scenario& scenario) {
  const auto found = std::find_if(scenario.variants.begin(), scenario.variants.end(),
                                  [&](const Variant& variant) { return variant.name == scenario.baseline; });
  if (found == scenario.variants.end())
    throw UsageError(fmt::format("{}: /baseline: not among the variants that are run", scenario.source));
  return *found;
}

/// {"a": {"b": value}} for "/a/b".
json patch_at(const std::string& pointer, const json& value) {
  json patch = json::object();
  patch[Pointer{pointer}] = value;
  return patch;
}

/// The collector's options as the baseline sets them.
class Options {
 public:
  explicit Options(const json& document) : document_(document) {}

  template <typename T>
  T value(const std::string& pointer, const T& fallback) const {
    return document_.value(Pointer{kCollector + pointer}, fallback);
  }
  bool contains(const std::string& pointer) const {
    return document_.contains(Pointer{kCollector + pointer});
  }
  Nanos duration(const std::string& pointer, const std::string& fallback) const {
    return parse_duration(value(pointer, fallback)).value_or(Nanos{0});
  }
  json activities() const {
    return document_.value(Pointer{std::string{kCollector} + "/defects"}, json::object());
  }

 private:
  const json& document_;
};

class Toggles {
 public:
  void add(Toggle::Kind kind, std::string name, std::string about, std::string blames, json patch) {
    all_.push_back({std::move(name), std::move(about), std::move(blames), kind, std::move(patch)});
  }
  std::vector<Toggle> take() { return std::move(all_); }

 private:
  std::vector<Toggle> all_;
};

void add_defects(Toggles& toggles, const Options& options) {
  for (const auto* defect : defects()) {
    const std::string pointer{defect->pointer};
    const bool there = !defect->is_activity() || options.contains(pointer.substr(0, pointer.rfind('/')));
    // The default of an activity is planted; of an option, clean.
    const bool now = options.value(pointer, defect->is_activity() ? true : !defect->planted_value);
    if (!there || now != defect->planted_value) continue;
    toggles.add(Toggle::Kind::defect, fmt::format("no-{}", defect->name), "its clean twin instead",
                fmt::format("{}: the collector {}", defect->name, defect->mechanism),
                patch_at(kCollector + pointer, !defect->planted_value));
  }
}

void add_behaviours(Toggles& toggles, const Options& options) {
  const std::string monitor = "/container_monitor";
  if (!options.value(monitor + "/enabled", true)) return;
  const Nanos reopen = options.duration(monitor + "/reopen_every", "0s");
  if (reopen > Nanos{0}) {
    toggles.add(Toggle::Kind::behaviour, "reopen_every=0s", "log streams are not replaced on a schedule",
                fmt::format("container_monitor.reopen_every: log streams are replaced every {}",
                            format_duration(reopen)),
                patch_at(kCollector + monitor + "/reopen_every", "0s"));
  }
  if (options.value(monitor + "/follow", true)) {
    json polling{{"follow", false}};
    for (const char* of_streams : {"stream_limit", "rotate_every", "stream_idle_timeout"}) {
      if (options.contains(monitor + "/" + of_streams)) polling[of_streams] = nullptr;
    }
    toggles.add(Toggle::Kind::behaviour, "follow=false", "containers are polled instead of followed",
                "container_monitor.follow: each container is followed by a stream that stays open",
                patch_at(kCollector + monitor, polling));
  }
}

void add_transport(Toggles& toggles, const Options& options, const std::string& side) {
  const std::string at = "/" + side + "/transport/";
  const auto add = [&](const char* option, const json& value, const std::string& about,
                       const std::string& blames) {
    const auto text = value.is_string() ? value.get<std::string>() : value.dump();
    toggles.add(Toggle::Kind::transport, fmt::format("{}.{}={}", side, option, text), about,
                fmt::format("{}.transport.{}: {}", side, option, blames),
                patch_at(kCollector + at + option, value));
  };
  const std::string kept = fmt::format("connections to {} are kept and used again", side);
  const std::string single = fmt::format("each request to {} has a connection of its own", side);
  const bool off = options.value(at + "disable_keep_alives", false);
  add("disable_keep_alives", !off, off ? kept : single, off ? single : kept);
  constexpr int kCap = 50;
  const int cap = options.value(at + "max_conns_per_host", 0);
  const std::string unlimited = fmt::format("connections to {} are not limited", side);
  const auto limited = [&](int most) {
    return fmt::format("a client has at most {} connections to {}", most, side);
  };
  add("max_conns_per_host", cap == 0 ? kCap : 0, cap == 0 ? limited(kCap) : unlimited,
      cap == 0 ? unlimited : limited(cap));
  const Nanos idle = options.duration(at + "idle_conn_timeout", "90s");
  if (idle == Nanos{0} || idle > std::chrono::seconds{10}) {
    add("idle_conn_timeout", "10s", fmt::format("idle connections to {} end after 10 s", side),
        idle == Nanos{0}
            ? fmt::format("idle connections to {} never end", side)
            : fmt::format("idle connections to {} end after {} only", side, format_duration(idle)));
  }
}

void add_components(Toggles& toggles, const Options& options) {
  const auto add = [&](const std::string& name, const std::string& pointer, const json& value,
                       const char* about) {
    toggles.add(Toggle::Kind::component, name + "-off", about, name, patch_at(kCollector + pointer, value));
  };
  if (options.value("/container_monitor/enabled", true))
    add("container_monitor", "/container_monitor/enabled", false, "no container is collected");
  if (options.value("/loki/enabled", true)) add("loki", "/loki/enabled", false, "nothing is sent to Loki");
  const json activities = options.activities();
  for (const auto& [name, activity] : activities.items())
    add(name, "/defects/" + name, nullptr, "the activity is not there at all");
}

json patched(json document, const json& patch) {
  document.merge_patch(patch);
  return document;
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

std::vector<Toggle> toggles_of(const Scenario& scenario) {
  const json& document = baseline_of(scenario).document;
  Toggles toggles;
  const json stated = document.value(Pointer{"/isolate/toggles"}, json::object());
  for (const auto& [name, patch] : stated.items())
    toggles.add(Toggle::Kind::stated, name, "as the scenario states", fmt::format("what {} takes away", name),
                patch);
  if (document.at("subject").contains("collector")) {
    const Options options(document);
    add_defects(toggles, options);
    add_behaviours(toggles, options);
    add_transport(toggles, options, "docker");
    if (options.value("/loki/enabled", true)) add_transport(toggles, options, "loki");
    add_components(toggles, options);
  }
  std::vector<Toggle> all = toggles.take();
  std::erase_if(all, [&](const Toggle& toggle) {
    const json changed = patched(document, toggle.patch);
    return changed == document || (toggle.kind != Toggle::Kind::stated && find_problem(changed).has_value());
  });
  return all;
}

std::string name_of(const std::vector<Toggle>& set) {
  std::string name;
  for (const auto& toggle : set) name += (name.empty() ? "" : "+") + toggle.name;
  return name;
}

Scenario isolation_scenario(const Scenario& scenario, const std::vector<std::vector<Toggle>>& sets) {
  const Variant& baseline = baseline_of(scenario);
  Scenario made = scenario;
  made.controls.clear();
  made.variants = {baseline};
  made.variants.front().patch = baseline.patch;
  json& document = made.document;
  for (const char* key : {"matrix", "controls", "expect", "isolate"}) document.erase(key);
  document["baseline"] = baseline.name;
  document["variants"] = {{baseline.name, baseline.patch}};
  // Memory is judged where the scenario asks for it, and then in every variant.
  const json expected =
      scenario.document.value(Pointer{"/expect"}, json::object()).value(baseline.name, json::object());
  for (const auto& [what, value] : expected.items()) {
    if (metric_info(what).judged == Judged::on_request) document["analysis"]["also_judge"].push_back(what);
  }
  for (const auto& set : sets) {
    Variant variant = baseline;
    variant.name = name_of(set);
    for (const auto& toggle : set) compose_patches(variant.patch, toggle.patch);
    for (const auto& toggle : set) variant.document.merge_patch(toggle.patch);
    if (auto problem = find_problem(variant.document)) {
      throw UsageError(fmt::format("{}: /isolate/toggles/{}{}: {}", scenario.source, variant.name,
                                   problem->pointer, problem->message));
    }
    variant.sampling = sampling_of(variant.document);
    document["variants"][variant.name] = variant.patch;
    made.variants.push_back(std::move(variant));
  }
  return made;
}

}  // namespace leakrig
