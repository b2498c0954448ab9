#include <algorithm>

#include "harness/analysis/findings.h"

namespace leakrig {

void find_tree(const VariantAnalysis& variant, std::vector<Finding>& findings) {
  if (variant.tree.shares.empty()) return;
  finding::Tree tree{variant.name, variant.tree.processes, {}, {}, 0};
  // Of the lead, if that is counted by process; else of what grew most of what is.
  const auto grew = [](const MemberShare& share) { return share.final > share.start; };
  const auto told = [&]() -> std::string {
    const auto of_lead = [&](const MemberShare& share) { return share.metric == variant.lead_metric; };
    if (std::any_of(variant.tree.shares.begin(), variant.tree.shares.end(), of_lead)) return variant.lead_metric;
    for (const auto* metric : variant.by_importance()) {
      const auto of_it = [&](const MemberShare& share) { return share.metric == metric->name && grew(share); };
      if (std::any_of(variant.tree.shares.begin(), variant.tree.shares.end(), of_it)) return metric->name;
    }
    return "";
  }();
  for (const auto& share : variant.tree.shares) {
    if (share.metric != told || !grew(share)) continue;
    if (tree.grown.size() == finding::Tree::kMostMembers) {
      ++tree.more;
    } else {
      tree.grown.push_back(share);
    }
  }
  if (!tree.grown.empty()) tree.metric = told;
  findings.emplace_back(std::move(tree));
}

}  // namespace leakrig
