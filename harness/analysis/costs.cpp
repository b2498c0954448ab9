#include "harness/analysis/costs.h"

#include <algorithm>

#include "harness/analysis/ledger_view.h"
#include "harness/core/run_record.h"

namespace leakrig {

double lost_share(const Costs& costs) {
  return costs.delivery ? lost_share(*costs.delivery) : 0;
}

double lost_share(const Delivery& delivery) {
  if (delivery.lines_written == 0) return 0;
  return static_cast<double>(delivery.lines_lost) / static_cast<double>(delivery.lines_written);
}

bool starves(const Costs& costs, const Costs& reference) {
  return starves(lost_share(costs), lost_share(reference));
}

bool starves(double lost, double reference_lost) {
  constexpr double kLoss = 0.01;
  return lost >= reference_lost + kLoss;
}

SamplingQuality sampling_quality(const std::vector<Sample>& samples, double time_scale) {
  SamplingQuality quality;
  quality.slots = samples.size();
  for (const auto& sample : samples) {
    if (sample.missed) {
      ++quality.missed;
      continue;
    }
    quality.latest_ms = std::max(quality.latest_ms, (sample.t_s - sample.due_s) / time_scale * 1e3);
    const auto rig = [&](const char* name) {
      const auto found = sample.rig.find(name);
      return found == sample.rig.end() ? 0.0 : found->second;
    };
    quality.rig_threads = std::max(quality.rig_threads, rig("threads"));
    quality.rig_fds = std::max(quality.rig_fds, rig("fds"));
    quality.rig_cpu_s = std::max(quality.rig_cpu_s, rig("cpu_s"));
    if (const auto refused = sample.values.find(metric::kDockerRefused); refused != sample.values.end())
      quality.refused = std::max(quality.refused, refused->second);
  }
  return quality;
}

Costs costs_of(const VariantRecord& record, double end_s) {
  Costs costs;
  if (!record.deliveries.empty()) costs.delivery = record.deliveries.back().delivery;
  costs.connections_per_min = connections_per_minute(record.ledger, end_s);
  costs.requests_per_min = requests_per_minute(record.ledger, end_s);
  const Sample* first = nullptr;
  const Sample* last = nullptr;
  for (const auto& sample : record.samples) {
    if (sample.due_s < 0 || !sample.values.contains(metric::kCpuSeconds)) continue;
    if (first == nullptr) first = &sample;
    last = &sample;
  }
  if (first != nullptr && costs.delivery && costs.delivery->lines_delivered > 0) {
    costs.cpu_s_per_1000_lines =
        (last->values.at(metric::kCpuSeconds) - first->values.at(metric::kCpuSeconds)) /
        (static_cast<double>(costs.delivery->lines_delivered) / 1000);
  }
  return costs;
}

Costs combine_costs(const std::vector<Costs>& each) {
  if (each.size() == 1) return each.front();
  Costs all;
  const auto count = static_cast<double>(each.size());
  double delivered_by = 0;
  double cpu = 0;
  double cpu_known = 0;
  for (const auto& costs : each) {
    all.connections_per_min += costs.connections_per_min / count;
    all.requests_per_min += costs.requests_per_min / count;
    if (costs.cpu_s_per_1000_lines) {
      cpu += *costs.cpu_s_per_1000_lines;
      ++cpu_known;
    }
    if (!costs.delivery) continue;
    if (!all.delivery) all.delivery.emplace();
    const Delivery& one = *costs.delivery;
    all.delivery->lines_written += one.lines_written;
    all.delivery->lines_delivered += one.lines_delivered;
    all.delivery->lines_lost += one.lines_lost;
    all.delivery->lines_duplicated += one.lines_duplicated;
    all.delivery->latency_p50_ms += one.latency_p50_ms;
    all.delivery->latency_p99_ms = std::max(all.delivery->latency_p99_ms, one.latency_p99_ms);
    ++delivered_by;
  }
  if (all.delivery) all.delivery->latency_p50_ms /= delivered_by;
  if (cpu_known > 0) all.cpu_s_per_1000_lines = cpu / cpu_known;
  return all;
}

SamplingQuality combine_quality(const std::vector<SamplingQuality>& each) {
  SamplingQuality all;
  for (const auto& quality : each) {
    all.slots += quality.slots;
    all.missed += quality.missed;
    all.latest_ms = std::max(all.latest_ms, quality.latest_ms);
    all.rig_threads = std::max(all.rig_threads, quality.rig_threads);
    all.rig_fds = std::max(all.rig_fds, quality.rig_fds);
    all.rig_cpu_s = std::max(all.rig_cpu_s, quality.rig_cpu_s);
    all.refused += quality.refused;
  }
  return all;
}

}  // namespace leakrig
