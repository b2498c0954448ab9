#include "harness/spec/document/rules.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "harness/core/sample.h"
#include "harness/core/units.h"
#include "harness/spec/document/parts.h"

namespace leakrig {
namespace {

using nlohmann::json;

/// More slots than this in one variant is a slip of the pen, not an experiment.
constexpr double kMostSlots = 2'000'000;
/// Readings of a drain, of which the second half is compared with the level before.
constexpr int kFewestDrained = 10;

void check_sampling(const SamplingConfig& sampling, Problems& problems) {
  const auto problem = [&](const char* key, const std::string& message) {
    problems.push_back({fmt::format("/sampling/{}", key), message});
  };
  if (sampling.resolution < std::chrono::milliseconds{10})
    return problem("resolution", "must be 10ms or more");
  if (sampling.every < sampling.resolution || sampling.every % sampling.resolution != Nanos{0}) {
    problem("every", fmt::format("must be a whole multiple of resolution ({}), so that a row has a reading",
                                 format_duration(sampling.resolution)));
  }
  if (sampling.duration < sampling.every)
    problem("duration",
            fmt::format("must be at least one row: every is {}", format_duration(sampling.every)));
  if (sampling.drain > Nanos{0} && sampling.drain < kFewestDrained * sampling.resolution) {
    problem("drain", fmt::format("must be 0s, or at least {} times resolution, {}", kFewestDrained,
                                 format_duration(kFewestDrained * sampling.resolution)));
  }
  if (to_seconds(sampling.warmup + sampling.duration + sampling.drain) / to_seconds(sampling.resolution) >
      kMostSlots)
    problem("duration", fmt::format("would take more than {:.0f} readings; raise resolution", kMostSlots));
  if (to_seconds(sampling.resolution) / sampling.time_scale < 0.002)
    problem("resolution", fmt::format("is below 2 ms of wall time at time_scale {}", sampling.time_scale));
}

void check_churn(const std::optional<ChurnConfig>& churn, const std::string& pointer, Problems& problems) {
  if (churn && churn->lifetime < std::chrono::milliseconds{100}) problems.push_back({pointer + "/churn/lifetime", "must be 100ms or more"});
}

void check_fleet(const FleetConfig& fleet, Problems& problems) {
  check_churn(fleet.churn, "/fleet", problems);
  std::set<std::string> names;
  std::size_t in_groups = 0;
  for (std::size_t i = 0; i < fleet.groups.size(); ++i) {
    const auto& group = fleet.groups[i];
    const auto pointer = fmt::format("/fleet/groups/{}", i);
    if (group.churn && !(fleet.churn && group.churn->lifetime == fleet.churn->lifetime)) check_churn(group.churn, pointer, problems);
    if (!names.insert(group.name).second) problems.push_back({pointer + "/name", fmt::format("another group is named \"{}\"", group.name)});
    in_groups += group.containers;
  }
  if (in_groups > fleet.containers)
    problems.push_back({"/fleet/containers", fmt::format("must be at least the {} containers of the groups", in_groups)});
}

}  // namespace

Problems check_rules(const json& document) {
  Problems problems;
  const Setup setup = setup_of(document);
  check_sampling(setup.sampling, problems);
  check_fleet(setup.fleet, problems);
  const json fleet = document.value("fleet", json::object());
  const auto append = [&](Problems more) { problems.insert(problems.end(), more.begin(), more.end()); };
  append(check_faults(fleet.value("faults", json::array()), "/fleet/faults"));
  append(check_subject(document.at("subject"), setup));
  return problems;
}

Problems check_document(const json& document) {
  Problems problems = check_schema(document);
  return problems.empty() ? check_rules(document) : problems;
}

std::vector<std::string> metrics_of(const Setup& setup) {
  std::vector<std::string> names{metric::kThreads,  metric::kSockets, metric::kFds,
                                 metric::kRssBytes, "rss_anon_bytes", "pss_bytes"};
  if (!setup.subject.probes.pprof.empty()) names.insert(names.begin(), metric::kGoroutines);
  if (setup.subject.probes.metrics) {
    for (const auto& [what, name] : setup.subject.probes.metrics->read) names.push_back(name);
  }
  return names;
}

}  // namespace leakrig
