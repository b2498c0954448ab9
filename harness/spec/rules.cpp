#include "harness/spec/rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/core/units.h"
#include "harness/fake_docker/api/endpoints.h"
#include "harness/fake_docker/faults/fault.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// More slots than this in one variant is a slip of the pen, not an experiment.
constexpr double kMostSlots = 2'000'000;
/// Readings of a drain, of which the second half is compared with the level before.
constexpr int kFewestDrained = 10;

Nanos duration_at(const json& sampling, const char* key, const char* fallback) {
  return parse_duration(sampling.value(key, fallback)).value_or(Nanos{0});
}

SchemaProblem problem(std::string pointer, std::string message) {
  return {std::move(pointer), std::move(message)};
}

std::optional<SchemaProblem> find_sampling_problem(const SamplingConfig& sampling) {
  if (sampling.resolution < std::chrono::milliseconds{10}) {
    return problem("/sampling/resolution", "must be 10ms or more");
  }
  if (sampling.every < sampling.resolution || sampling.every % sampling.resolution != Nanos{0}) {
    return problem("/sampling/every",
                   fmt::format("must be a whole multiple of resolution ({}), so that a row has a reading",
                               format_duration(sampling.resolution)));
  }
  if (sampling.duration < sampling.every) {
    return problem("/sampling/duration",
                   fmt::format("must be at least one row: every is {}", format_duration(sampling.every)));
  }
  if (sampling.drain > Nanos{0} && sampling.drain < kFewestDrained * sampling.resolution) {
    return problem("/sampling/drain",
                   fmt::format("must be 0s, or at least {} times resolution, {}", kFewestDrained,
                               format_duration(kFewestDrained * sampling.resolution)));
  }
  if (to_seconds(sampling.warmup + sampling.duration + sampling.drain) / to_seconds(sampling.resolution) >
      kMostSlots) {
    return problem("/sampling/duration",
                   fmt::format("would take more than {:.0f} readings; raise resolution", kMostSlots));
  }
  if (to_seconds(sampling.resolution) / sampling.time_scale < 0.002) {
    return problem("/sampling/resolution",
                   fmt::format("is below 2 ms of wall time at time_scale {}", sampling.time_scale));
  }
  return std::nullopt;
}

std::optional<SchemaProblem> find_fleet_problem(const json& fleet) {
  if (fleet.contains("churn")) {
    const auto lifetime = parse_duration(fleet.at("churn").at("lifetime").get<std::string>());
    if (lifetime.value_or(Nanos{0}) < std::chrono::milliseconds{100})
      return problem("/fleet/churn/lifetime", "must be 100ms or more");
  }
  if (fleet.contains("faults")) {
    if (const auto wrong = find_fault_problem(fleet.at("faults"), endpoint_names()))
      return problem("/fleet/faults" + wrong->pointer, wrong->message);
  }
  return std::nullopt;
}

/// Options of the collector that contradict each other.
std::optional<SchemaProblem> find_collector_problem(const json& collector) {
  const std::string at = "/subject/collector/container_monitor";
  const json monitor = collector.value("container_monitor", json::object());
  const auto is_set = [&](const char* key) {
    return monitor.contains(key) &&
           parse_duration(monitor.at(key).get<std::string>()).value_or(Nanos{0}) > Nanos{0};
  };
  const json limit = monitor.value("stream_limit", json::object());
  const bool limited = limit.value("max", 0) > 0;
  if (limit.contains("at_limit") && !limited)
    return problem(at + "/stream_limit/at_limit",
                   "goes with a \"max\" above 0: without one there is no limit");
  if (monitor.value("follow", true)) return std::nullopt;
  const auto contradicts = [&](const char* key) {
    return problem(at + "/" + key, "goes with \"follow\": true; a collector that polls keeps no streams");
  };
  if (limited) return contradicts("stream_limit");
  for (const char* key : {"rotate_every", "stream_idle_timeout"}) {
    if (is_set(key)) return contradicts(key);
  }
  return std::nullopt;
}

std::optional<SchemaProblem> find_subject_problem(const json& subject, const SamplingConfig& sampling) {
  std::vector<std::string> kinds;
  for (const char* kind : {"collector", "command", "pid"}) {
    if (subject.contains(kind)) kinds.emplace_back(kind);
  }
  if (kinds.size() != 1) {
    return problem("/subject",
                   fmt::format("needs exactly one of \"collector\", \"command\" and \"pid\", has {}",
                               kinds.empty() ? "none" : fmt::format("{}", fmt::join(kinds, " and "))));
  }
  const std::string& kind = kinds.front();
  for (const char* key : {"env", "working_directory", "ready", "stop", "paced_by"}) {
    if (kind != "command" && subject.contains(key))
      return problem(fmt::format("/subject/{}", key), "goes with \"command\" only");
  }
  if (kind == "collector" && subject.contains("probes"))
    return problem("/subject/probes", "goes with \"command\" and \"pid\" only");
  if (kind != "collector" && sampling.time_scale != 1 && subject.value("paced_by", "clock") != "fleet") {
    return problem("/sampling/time_scale", fmt::format("must be 1 with \"{}\": time_scale scales the fleet "
                                                       "but not the subject's own timers, so a rate per "
                                                       "scenario minute would mislead (or say \"paced_by\": "
                                                       "\"fleet\" if only the fleet drives its growth)",
                                                       kind));
  }
  return kind == "collector" ? find_collector_problem(subject.at("collector")) : std::nullopt;
}

}  // namespace

SamplingConfig sampling_of(const json& document) {
  const json sampling = document.value("sampling", json::object());
  return {duration_at(sampling, "warmup", "1m"), duration_at(sampling, "duration", "5m"),
          duration_at(sampling, "every", "1m"),  duration_at(sampling, "resolution", "2s"),
          sampling.value("time_scale", 60.0),    duration_at(sampling, "drain", "0s")};
}

std::optional<SchemaProblem> find_problem(const json& document) {
  if (auto problem = find_schema_problem(document)) return problem;
  const SamplingConfig sampling = sampling_of(document);
  if (auto problem = find_sampling_problem(sampling)) return problem;
  if (auto problem = find_fleet_problem(document.value("fleet", json::object()))) return problem;
  return find_subject_problem(document.at("subject"), sampling);
}

}  // namespace leakrig
