#include <algorithm>
#include <map>

#include "harness/report/format.h"
#include "harness/report/markdown_page.h"

namespace leakrig::markdown {
namespace {

using nlohmann::json;

/// The values that a variant of a matrix has, in the order of the axes; empty for one that is not of the
/// cross.
std::vector<std::string> values_of(const std::string& variant, std::size_t axes) {
  std::vector<std::string> values{""};
  for (const char c : variant) {
    if (c == '.') {
      values.emplace_back();
    } else {
      values.back() += c;
    }
  }
  return values.size() == axes ? values : std::vector<std::string>{};
}

struct Cell {
  std::vector<double> rates;
  std::map<std::string, int> verdicts;
  double lost = 0;
};

}  // namespace

void matrix(Page& page, const Analysis& analysis) {
  const json order = analysis.scenario.value(json::json_pointer{"/matrix/order"}, json::array());
  const std::string metric = analysis.lead_metric();
  if (order.empty() || metric.empty()) return;
  const Quantity quantity = metric_info(metric).quantity;
  page.add(
      "### What each axis does\n\nEach value over all combinations with the other axes. {} a minute: the "
      "mean, and the "
      "lowest and highest.\n\n| Axis | Value | Variants | {} | Verdicts | Lines lost "
      "|\n|---|---|---|---|---|---|\n",
      metric_title(metric), metric_title(metric));
  for (std::size_t axis = 0; axis < order.size(); ++axis) {
    std::vector<std::string> values;  // as they first appear
    std::map<std::string, Cell> cells;
    for (const auto& variant : analysis.variants) {
      const auto of_variant = values_of(variant.name, order.size());
      const auto* measured = variant.metric(metric);
      if (of_variant.empty() || measured == nullptr) continue;
      const std::string& value = of_variant[axis];
      if (!cells.contains(value)) values.push_back(value);
      Cell& cell = cells[value];
      cell.rates.push_back(measured->growth.rate_per_min);
      ++cell.verdicts[to_string(measured->verdict)];
      cell.lost += lost_share(variant.costs);
    }
    for (const auto& value : values) {
      const Cell& cell = cells[value];
      double sum = 0;
      for (const double rate : cell.rates) sum += rate;
      const auto count = static_cast<double>(cell.rates.size());
      const auto [low, high] = std::minmax_element(cell.rates.begin(), cell.rates.end());
      std::string verdicts;
      for (const auto& [verdict, times] : cell.verdicts)
        verdicts += fmt::format("{}{} {}", verdicts.empty() ? "" : ", ", times, verdict);
      page.add("| {} | {} | {} | {} ({} to {}) | {} | {:.1f} % |\n", code(order[axis].get<std::string>()),
               code(value), cell.rates.size(), rate_text(quantity, sum / count), rate_text(quantity, *low),
               rate_text(quantity, *high), verdicts, cell.lost / count * 100);
    }
  }
  page.add("\n");
}

}  // namespace leakrig::markdown
