#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace leakrig::stats {

/// A row of the report's growth table.
struct GrowthRow {
  double minute = 0;
  double count = 0;
  double growth = 0;                         ///< count minus the count at T+0
  std::optional<std::int64_t> rate_per_min;  ///< growth / minute, truncated toward zero; none at T+0
};

/// One row a reading. `minutes` ascend and begin with 0, `counts` has the same length (else
/// std::invalid_argument). The investigation's script: 128, 164, 194, 228, 257, 289 a minute apart gives 36,
/// 33, 33, 32, 32.
std::vector<GrowthRow> growth_table(const std::vector<double>& minutes, const std::vector<double>& counts);

}  // namespace leakrig::stats
