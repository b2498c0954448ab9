#include "harness/stats/growth_table.h"

#include <cmath>
#include <stdexcept>

namespace leakrig::stats {

std::vector<GrowthRow> growth_table(const std::vector<double>& minutes, const std::vector<double>& counts) {
  if (minutes.size() != counts.size()) {
    throw std::invalid_argument("growth_table: minutes and counts differ in length");
  }
  if (!minutes.empty() && minutes.front() != 0) {
    throw std::invalid_argument("growth_table: the first reading is not at minute 0");
  }
  std::vector<GrowthRow> rows;
  rows.reserve(minutes.size());
  for (std::size_t i = 0; i < minutes.size(); ++i) {
    if (i > 0 && !(minutes[i] > minutes[i - 1])) {
      throw std::invalid_argument("growth_table: minutes do not ascend");
    }
    GrowthRow row{minutes[i], counts[i], counts[i] - counts.front(), std::nullopt};
    if (i > 0) {
      row.rate_per_min = static_cast<std::int64_t>(std::trunc(row.growth / row.minute));
    }
    rows.push_back(row);
  }
  return rows;
}

}  // namespace leakrig::stats
