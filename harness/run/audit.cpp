#include "harness/run/audit.h"

#include <fnmatch.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "harness/run/audit_run.h"
#include "harness/run/environment.h"
#include "harness/run/recorder.h"
#include "harness/spec/load_scenario.h"

namespace leakrig {
namespace {

constexpr const char* kUndisturbed = R"({"fleet": {"churn": null, "faults": null}})";

bool uses(const std::set<std::string>& endpoints, const Stimulus& stimulus) {
  if (stimulus.needs.empty()) return true;
  const std::string pattern{stimulus.needs};
  return std::any_of(endpoints.begin(), endpoints.end(), [&](const std::string& endpoint) {
    return ::fnmatch(pattern.c_str(), endpoint.c_str(), 0) == 0;
  });
}

void record_unmet(RunRecorder& recorder, const Variant& variant, const std::string& why) {
  VariantRecorder own(recorder, variant.name);
  AuditFacts facts;
  facts.met = false;
  facts.why_not = why;
  own.audit(facts);
  own.end(Outcome::completed, "", 0);
}

}  // namespace

ScenarioSpec audit_scenario(const ScenarioSpec& scenario, const std::vector<Stimulus>& stimuli, int occurrences) {
  const Variant* reference = scenario.variant(scenario.reference);
  const std::string patch = composed_patch(reference == nullptr ? "{}" : reference->patch, kUndisturbed);
  std::vector<NamedPatch> variants;
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& stimulus : stimuli) {
    variants.push_back({std::string{stimulus.name}, patch});
    rows.push_back({{"name", stimulus.name}, {"family", stimulus.family}, {"event", stimulus.event}});
  }
  ScenarioSpec audit = with_variants(scenario, variants, {});
  auto document = nlohmann::json::parse(audit.document);
  document["audit"] = {{"occurrences", occurrences}, {"stimuli", rows}};
  audit.document = document.dump();
  return audit;
}

void run_audit(const ScenarioSpec& scenario, const std::vector<Stimulus>& stimuli, const AuditOptions& options,
               Guardian& guardian, RunObserver& observer, std::stop_token stop) {
  std::vector<std::string> names;
  for (const auto& variant : scenario.variants) names.push_back(variant.name);
  RunRecorder recorder(options.out, nlohmann::json::parse(scenario.document), describe_environment(), names);
  AuditServices services{recorder, guardian, observer, options.occurrences, options.first_request, stimuli.size() > 1, {}};
  const auto beside = [&options](const std::vector<Sample>& rests_of_twin) {
    return [&options, &rests_of_twin](const std::vector<Sample>& rests) { return options.undecided(rests, rests_of_twin); };
  };
  const std::vector<Sample> none;
  if (options.undecided) services.undecided = beside(none);

  AuditRun twin(scenario.variants.front(), stimuli.front(), services, stop);
  twin.run();
  if (options.undecided) services.undecided = beside(twin.rests());
  const std::set<std::string> endpoints = twin.endpoints();
  std::atomic<std::size_t> next{1};
  const auto work = [&] {
    for (std::size_t i = next++; i < stimuli.size() && !stop.stop_requested(); i = next++) {
      if (!uses(endpoints, stimuli[i])) {
        record_unmet(recorder, scenario.variants[i], fmt::format("the subject does not ask for {}", stimuli[i].needs));
        continue;
      }
      AuditRun(scenario.variants[i], stimuli[i], services, stop).run();
    }
  };
  {
    std::vector<std::jthread> workers;
    const auto jobs = std::clamp<std::size_t>(options.jobs, 1, stimuli.size());
    for (std::size_t i = 1; i < jobs; ++i) workers.emplace_back(work);
    work();
  }
  recorder.check();
}

}  // namespace leakrig
