#pragma once

#include <cstdio>
#include <string>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// The live table of a watch: a line a row, each metric's count and its growth since T+0, and the verdict so
/// far. Its head is printed when the metrics change.
class WatchTable {
 public:
  /// `out` outlives this. Rows have at most `width` columns.
  WatchTable(std::FILE* out, bool color, std::size_t width) : out_(out), color_(color), width_(width) {}

  /// `latest` is the row's reading; `variant` what all readings so far mean.
  void row(const VariantAnalysis& variant, const Sample& latest);

 private:
  std::FILE* out_;
  bool color_;
  std::size_t width_;
  std::string head_;
};

/// The lines that WatchTable prints, without colours. Where not every metric fits in `width`, the lead has the first
/// column, the most important others follow, and the verdict goes without its interval.
std::string watch_head(const VariantAnalysis& variant, std::size_t width);
std::string watch_row(const VariantAnalysis& variant, const Sample& latest, std::size_t width);

}  // namespace leakrig
