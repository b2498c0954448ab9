#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// How much higher a cost may be before it counts as worse: in percent of what it was, and at least the
/// catalogue's floor. A rate's margin is not here: it is compare_rates's, max(tolerance, 10 % of the rate).
struct CostMargins {
  double requests_percent = 10;  ///< of connections and requests a minute
  double cpu_percent = 50;       ///< of CPU a line: machines and their load differ
  double latency_percent = 50;   ///< of the 99th percentile of delivery
};

/// A row of the catalogue of costs: everything that anybody needs to know of one.
struct CostInfo {
  const char* key;    ///< in expectations, isolation and findings: "connections_per_min"
  const char* title;  ///< at the head of a column: "Connections/min"
  const char* noun;   ///< in a sentence, after a number: "connections opened a minute"
  const char* unit;   ///< " ms", or empty
  int digits;         ///< behind the decimal point
  std::optional<double> (*value)(const Costs&);  ///< nothing: not measured
  const char* recorded;                          ///< JSON pointer into result.json's "delivery"
  double scale;                                  ///< value = recorded number * scale
  const char* baseline_name;                     ///< as a comparison with a baseline calls it
  double CostMargins::*margin;                   ///< null: not compared by a margin
  double least_margin;                           ///< the margin's floor, in the value's unit
  const char* openmetrics;                       ///< its family, or null
  const char* help;                              ///< the family's
};

/// Every cost, in the order of the tables.
const std::vector<CostInfo>& cost_catalogue();

/// Null for a name that is no cost.
const CostInfo* cost_info(std::string_view key);

/// By how much `cost` may exceed `was`.
double cost_margin(const CostInfo& cost, double was, const CostMargins& margins);

/// "12.0", "350 ms".
std::string cost_text(const CostInfo& cost, double value);

}  // namespace leakrig
