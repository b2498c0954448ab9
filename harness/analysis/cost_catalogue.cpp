#include "harness/analysis/cost_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/core/units.h"

namespace leakrig {
namespace {

/// A number of the delivery, where that was measured.
template <auto Member>
std::optional<double> of_delivery(const Costs& costs) {
  if (!costs.delivery) return std::nullopt;
  return static_cast<double>((*costs.delivery).*Member);
}

std::optional<double> cpu_ms(const Costs& costs) {
  if (!costs.cpu_s_per_1000_lines) return std::nullopt;
  return *costs.cpu_s_per_1000_lines * 1e3;
}

std::optional<double> connections(const Costs& costs) {
  return costs.connections_per_min;
}

std::optional<double> requests(const Costs& costs) {
  return costs.requests_per_min;
}

}  // namespace

const std::vector<CostInfo>& cost_catalogue() {
  static const std::vector<CostInfo> catalogue{
      {"lines_written", "Lines written", "lines written", "", 0, of_delivery<&Delivery::lines_written>,
       "/lines_written", 1, "", nullptr, 0, "leakrig_lines_written", "Log lines that the fleet wrote."},
      {"lines_lost", "Lost", "lines lost", "", 0, of_delivery<&Delivery::lines_lost>, "/lines_lost", 1,
       "lines lost", nullptr, 0, "leakrig_lines_lost", "Log lines that never reached the sink."},
      {"lines_duplicated", "Duplicated", "lines duplicated", "", 0, of_delivery<&Delivery::lines_duplicated>,
       "/lines_duplicated", 1, "", nullptr, 0, "leakrig_lines_duplicated",
       "Deliveries of a line beyond its first."},
      {"latency_p50_ms", "Latency p50", "median latency", " ms", 0, of_delivery<&Delivery::latency_p50_ms>,
       "/latency_ms/p50", 1, "", nullptr, 0, nullptr, ""},
      {"latency_p99_ms", "Latency p99", "latency of the slowest hundredth", " ms", 0,
       of_delivery<&Delivery::latency_p99_ms>, "/latency_ms/p99", 1, "latency p99",
       &CostMargins::latency_percent, 1000, "leakrig_delivery_latency_p99_milliseconds",
       "From a line's due time to the sink, in scenario time."},
      {"connections_per_min", "Connections/min", "connections opened a minute", "", 1, connections,
       "/connections_per_min", 1, "connections/min", &CostMargins::requests_percent, 1,
       "leakrig_connections_per_minute", "Connections opened to both fakes."},
      {"requests_per_min", "Requests/min", "requests a minute", "", 1, requests, "/requests_per_min", 1,
       "requests/min", &CostMargins::requests_percent, 1, "leakrig_requests_per_minute",
       "Requests to both fakes."},
      {"cpu_ms_per_1000_lines", "CPU per 1,000 lines", "of CPU per 1,000 lines", " ms", 1, cpu_ms,
       "/cpu_s_per_1000_lines", 1e3, "CPU per 1,000 lines", &CostMargins::cpu_percent, 10, nullptr, ""},
  };
  return catalogue;
}

const CostInfo* cost_info(std::string_view key) {
  const auto& catalogue = cost_catalogue();
  const auto found =
      std::find_if(catalogue.begin(), catalogue.end(), [&](const auto& cost) { return key == cost.key; });
  return found == catalogue.end() ? nullptr : &*found;
}

double cost_margin(const CostInfo& cost, double was, const CostMargins& margins) {
  return cost.margin == nullptr ? 0 : std::max(cost.least_margin, was * margins.*cost.margin / 100);
}

std::string cost_text(const CostInfo& cost, double value) {
  if (cost.digits == 0) return with_thousands(std::llround(value)) + cost.unit;
  return fmt::format("{:.{}f}{}", value, cost.digits, cost.unit);
}

}  // namespace leakrig
