#pragma once

#include <cstddef>
#include <vector>

namespace leakrig::stats {

/// A result of a sequence: a value and how sure it is.
struct Measured {
  double value = 0;
  double standard_error = 0;  ///< >= 0
};

/// Where the level of a sequence changed.
struct Change {
  std::size_t at = 0;  ///< the first result of the new level
  double before = 0;   ///< weighted means of the results between the neighbouring changes
  double after = 0;
  double p =
      1;  ///< probability of such a difference, somewhere among the places tried, if there were no change
};

struct ChangeOptions {
  double doubt = 0.01;  ///< a change needs a p of at most this
  double margin = 2;    ///< and a difference of more than this
};

/// The changes of level, in order, by binary segmentation (Scott and Knott, Biometrics 30, 1974): the split
/// with the largest standardised difference of the weighted means is kept if its p, times the number of
/// splits tried (Bonferroni), is small enough, and then each side is searched. A level has two results at
/// least, and the two on either side of a split lie on their side of the middle: one that stands out is an
/// outlier until the next agrees. What results vary by beyond their standard errors is estimated from
/// successive differences, which a few changes of level do not disturb (von Neumann, Annals of Mathematical
/// Statistics 12, 1941; here their median), from six results on. Pure.
std::vector<Change> find_changes(const std::vector<Measured>& results, const ChangeOptions& options);

}  // namespace leakrig::stats
