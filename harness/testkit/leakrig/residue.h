#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace leakrig::testkit {

enum class GrowthVerdict {
  stable,        ///< the calls leave nothing that matters
  leak,          ///< every call, or every few, leaves something, and that does not stop
  capped,        ///< the first calls left something, the later ones do not: a pool, a cache
  inconclusive,  ///< too few calls for how much the count moves by itself
};

inline const char* to_string(GrowthVerdict verdict) {
  constexpr const char* kNames[] = {"stable", "leak", "capped", "inconclusive"};
  return kNames[static_cast<std::size_t>(verdict)];
}

/// What one call leaves behind, in units of the count, with a 95 % interval.
struct Residue {
  double per_call = 0;
  double low = 0;
  double high = 0;
  GrowthVerdict verdict = GrowthVerdict::inconclusive;
};

namespace detail {

struct Slope {
  double value = 0;
  double error = 0;
};

/// Least squares through the means of `blocks` equal stretches of counts[from..]: neighbouring counts depend
/// on each other, means of stretches hardly do. Per count.
inline Slope slope_of_blocks(const std::vector<double>& counts, std::size_t from, std::size_t blocks) {
  const std::size_t size = counts.size() - from;
  std::vector<double> at(blocks);
  std::vector<double> mean(blocks);
  double centre = 0;
  double level = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const std::size_t begin = from + size * block / blocks;
    const std::size_t end = from + size * (block + 1) / blocks;
    for (std::size_t i = begin; i < end; ++i) mean[block] += counts[i] / static_cast<double>(end - begin);
    at[block] = 0.5 * static_cast<double>(begin + end - 1);
    centre += at[block] / static_cast<double>(blocks);
    level += mean[block] / static_cast<double>(blocks);
  }
  double across = 0;
  double along = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    across += (at[block] - centre) * (mean[block] - level);
    along += (at[block] - centre) * (at[block] - centre);
  }
  Slope slope{across / along, 0};
  double squares = 0;
  for (std::size_t block = 0; block < blocks; ++block) {
    const double off = mean[block] - level - slope.value * (at[block] - centre);
    squares += off * off;
  }
  slope.error = std::sqrt(squares / static_cast<double>(blocks - 2) / along);
  return slope;
}

}  // namespace detail

/// From counts at rest: one before the first call, then one after each. `tolerance` is how much a call may
/// leave. The first third of the calls is set aside: what fills then is capacity. The rate is the slope of
/// the rest over eight stretches (Student's t, 6 degrees of freedom); a leak must also go on in the last
/// third. Fewer than 24 calls are inconclusive, but for counts that never moved.
inline Residue residue_of(const std::vector<double>& counts, double tolerance) {
  constexpr std::size_t kBlocks = 8;
  constexpr double kStudent = 2.447;  // 97.5 % of t with 6 degrees of freedom
  Residue residue;
  if (counts.size() < 2) return residue;
  const std::size_t calls = counts.size() - 1;
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  if (calls < 3 * kBlocks) {
    residue.per_call = (counts.back() - counts.front()) / static_cast<double>(calls);
    residue.low = std::min(0.0, *least - *most);
    residue.high = *most - *least;
    if (*least >= *most) residue.verdict = GrowthVerdict::stable;
    return residue;
  }
  const std::size_t first = calls / 3;
  const std::size_t last = calls - calls / 3;
  const detail::Slope slope = detail::slope_of_blocks(counts, first + 1, kBlocks);
  residue.per_call = slope.value;
  residue.low = slope.value - kStudent * slope.error;
  residue.high = slope.value + kStudent * slope.error;
  const double late = (counts.back() - counts[last]) / static_cast<double>(calls - last);
  const double early = (counts[first] - counts.front()) / static_cast<double>(first);
  if (residue.low > tolerance) {
    if (late > 0.5 * slope.value) residue.verdict = GrowthVerdict::leak;
  } else if (residue.high <= tolerance) {
    residue.verdict = early > tolerance ? GrowthVerdict::capped : GrowthVerdict::stable;
  }
  return residue;
}

}  // namespace leakrig::testkit
