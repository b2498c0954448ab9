#include "harness/run/runner.h"

#include <algorithm>
#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "harness/run/environment.h"
#include "harness/run/recorder.h"
#include "harness/run/run_plan.h"
#include "harness/run/shard.h"
#include "harness/run/variant_run.h"

namespace leakrig {

void run_scenario(const ScenarioSpec& scenario, const RunOptions& options, Guardian& guardian,
                  RunObserver& observer, std::stop_token stop) {
  std::vector<std::string> names;
  for (const auto& variant : scenario.variants) names.push_back(variant.name);
  for (const auto& variant : scenario.controls) names.push_back(variant.name);
  RunRecorder recorder(options.out, nlohmann::json::parse(scenario.document), describe_environment(), names);

  const std::vector<Variant> whole = run_plan(scenario);
  const std::vector<Variant> plan = options.shard ? part_of(whole, *options.shard) : whole;
  ShardMark mark{options.shard.value_or(Shard{}), keys_of(whole), false, {}, {}};
  if (options.shard) write_shard_mark(options.out, mark);
  const RunServices services{options.stop_rule, recorder, guardian, observer, options.keep_output};
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t i = next++; i < plan.size() && !stop.stop_requested(); i = next++) {
      VariantRun(plan[i], services, stop).run();
    }
  };
  {
    std::vector<std::jthread> workers;
    const auto jobs = std::clamp<std::size_t>(options.jobs, 1, std::max<std::size_t>(plan.size(), 1));
    for (std::size_t i = 1; i < jobs; ++i) workers.emplace_back(work);
    work();
  }
  recorder.flush();
  recorder.check();
  mark.complete = !stop.stop_requested();
  if (options.shard) write_shard_mark(options.out, mark);
}

}  // namespace leakrig
