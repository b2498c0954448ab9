#include "harness/analysis/subject_tree.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "harness/core/metrics.h"

namespace leakrig {
namespace {

constexpr std::string_view kMember = metric::kMemberKind;

void add_row(const Sample& sample, bool last, std::map<std::pair<std::string, std::string>, MemberShare>& shares) {
  for (const auto& [kind, counts] : sample.groups) {
    if (!kind.starts_with(kMember)) continue;
    const std::string metric = kind.substr(kMember.size());
    for (const auto& [member, count] : counts) {
      MemberShare& share = shares[{metric, member}];
      share.metric = metric;
      share.member = member;
      (last ? share.final : share.start) = count;
    }
  }
}

}  // namespace

SubjectTree tree_of_subject(const std::vector<Sample>& samples) {
  const Sample* first = nullptr;
  const Sample* last = nullptr;
  for (const auto& sample : samples) {
    if (sample.due_s < 0 || !sample.groups.contains("process")) continue;
    if (first == nullptr) first = &sample;
    last = &sample;
  }
  SubjectTree tree;
  if (first == nullptr) return tree;
  std::map<std::pair<std::string, std::string>, MemberShare> shares;
  add_row(*first, false, shares);
  add_row(*last, true, shares);
  if (shares.empty()) return tree;
  tree.processes = last->groups.at("process");
  for (auto& [unused, share] : shares) tree.shares.push_back(std::move(share));
  std::stable_sort(tree.shares.begin(), tree.shares.end(), [](const MemberShare& a, const MemberShare& b) {
    return std::tuple{metric_info(a.metric).rank, b.final - b.start} <
           std::tuple{metric_info(b.metric).rank, a.final - a.start};
  });
  return tree;
}

}  // namespace leakrig
