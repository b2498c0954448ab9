#pragma once

#include <optional>
#include <string>
#include <vector>

namespace leakrig {

/// Something that happened at a moment, about a container or about none ("").
struct Occurrence {
  double t_s = 0;
  std::string container;
};

/// A loop, as its occurrences tell it.
struct Period {
  double every_s = 0;          ///< the median gap
  double unbroken = 0;         ///< share of the gaps that are one period, not several
  std::size_t containers = 0;  ///< each of so many has the period for itself; 0: all occurrences together have
};

/// The period of occurrences, in any order. Regular are those of which four in five gaps are within 15 % of the
/// median gap or of a multiple of it; at least three gaps are needed. Each container by itself is tried first,
/// then all together.
std::optional<Period> find_period(const std::vector<Occurrence>& occurrences);

}  // namespace leakrig
