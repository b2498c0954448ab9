#pragma once

#include <cstdio>
#include <string>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// The live table of a watch: a line a row, each metric's count and its growth since T+0, and the verdict so
/// far. Its head is printed when the metrics change.
class WatchTable {
 public:
  /// `out` outlives this.
  explicit WatchTable(std::FILE* out, bool color) : out_(out), color_(color) {}

  /// `latest` is the row's reading; `variant` what all readings so far mean.
  void row(const VariantAnalysis& variant, const Sample& latest);

 private:
  std::FILE* out_;
  bool color_;
  std::string head_;
};

/// The lines that WatchTable prints, without colours.
std::string watch_head(const VariantAnalysis& variant);
std::string watch_row(const VariantAnalysis& variant, const Sample& latest);

}  // namespace leakrig
