#include "harness/analysis/combination_search.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace leakrig {
namespace {

using Set = CombinationSearch::Set;

/// Sets that hold all of `needed` are effective.
CombinationSearch::Try needs(const Set& needed, int& runs) {
  return [needed, &runs](const std::vector<Set>& sets) {
    std::vector<SwitchFinding> findings;
    for (const auto& set : sets) {
      ++runs;
      const bool all = std::all_of(needed.begin(), needed.end(), [&](const auto& name) {
        return std::find(set.begin(), set.end(), name) != set.end();
      });
      findings.emplace_back().effect = all ? Effect::effective : Effect::partial;
    }
    return findings;
  };
}

TEST(CombinationSearch, FindsAPair) {
  int runs = 0;
  Set smallest;
  CombinationSearch::run({"a", "b", "c"}, needs({"a", "c"}, runs), smallest);
  EXPECT_EQ(smallest, (Set{"a", "c"}));
}

TEST(CombinationSearch, TakesAwayWhatIsNotNeededFromMany) {
  int runs = 0;
  Set smallest;
  CombinationSearch::run({"a", "b", "c", "d", "e", "f", "g"}, needs({"b", "d", "g"}, runs), smallest);
  EXPECT_EQ(smallest, (Set{"b", "d", "g"}));
  EXPECT_LT(runs, 30);
}

TEST(CombinationSearch, FindsNothingWhereAllTogetherDoNotHelp) {
  int runs = 0;
  Set smallest;
  const auto tried = CombinationSearch::run({"a", "b"}, needs({"x"}, runs), smallest);
  EXPECT_TRUE(smallest.empty());
  EXPECT_EQ(tried.size(), 1U);
  EXPECT_TRUE(CombinationSearch::run({"a"}, needs({"a"}, runs), smallest).empty());
}

}  // namespace
}  // namespace leakrig
