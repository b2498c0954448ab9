#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "harness/analysis/findings.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

using finding::Growing;

/// Two metrics that leak belong to one cause if their growths stand in a ratio of small whole numbers, as the
/// parts of one thing do: one part of the one to at most so many of the other, or two to three.
constexpr int kMostParts = 8;
/// How far from the ratio: of the growth, and in units.
constexpr double kRatioSlack = 0.05;
constexpr double kUnitSlack = 2;

double growth_at_row(const MetricAnalysis& metric, double share) {
  if (metric.table.size() < 2) return metric.final - metric.start;
  return metric.table[static_cast<std::size_t>(share * static_cast<double>(metric.table.size() - 1))].growth;
}

bool is_near(double value, double expected) {
  return std::abs(value - expected) <= std::max(kUnitSlack, kRatioSlack * std::abs(expected));
}

/// In this ratio at the end, and half way.
bool has_ratio(const MetricAnalysis& a, const MetricAnalysis& b, double ratio) {
  return is_near(growth_at_row(b, 1), ratio * growth_at_row(a, 1)) &&
         is_near(growth_at_row(b, 0.5), ratio * growth_at_row(a, 0.5));
}

bool is_part_of_descriptors(const MetricAnalysis& a, const MetricAnalysis& b) {
  const bool sockets_and_fds = (a.name == metric::kSockets && b.name == metric::kFds) ||
                               (a.name == metric::kFds && b.name == metric::kSockets);
  return sockets_and_fds && has_ratio(a, b, 1);
}

bool grows_in_step(const MetricAnalysis& lead, const MetricAnalysis& other) {
  // What leaks takes memory; which of it is whose, no count can tell.
  if (metric_info(other.name).is_bytes() != metric_info(lead.name).is_bytes()) return true;
  if (is_part_of_descriptors(lead, other)) return true;
  for (int parts = 1; parts <= kMostParts; ++parts) {
    if (has_ratio(lead, other, parts) || has_ratio(lead, other, 1.0 / parts)) return true;
  }
  return has_ratio(lead, other, 1.5) || has_ratio(lead, other, 2.0 / 3);
}

bool leaks(const MetricAnalysis& metric) {
  return metric.verdict == MetricVerdict::leak;
}

finding::Measured measured(const VariantAnalysis& variant) {
  return {variant.name,           variant.minutes, variant.replicates,
          variant.costs.delivery, variant.outcome, variant.detail};
}

/// The lead's groups that grow, those of its order first.
std::vector<finding::Group> groups_of(const VariantAnalysis& variant, const MetricAnalysis& lead) {
  std::vector<finding::Group> groups;
  for (const auto& row : variant.attribution) {
    if (row.growth <= 0 || metric_of_group(row.kind) != lead.name) continue;
    if (groups.size() == finding::Leak::kMostGroups) break;
    groups.push_back({row.kind, row.name, row.function, row.file, row.line, row.growth, row.waited_min,
                      row.proven_blocked});
  }
  return groups;
}

std::optional<finding::OpenRequests> requests_of(const VariantAnalysis& variant, const MetricAnalysis& lead) {
  for (const auto& side : variant.two_sided) {
    if (side.metric != lead.name) continue;
    finding::OpenRequests open{side.request, side.open_growth, side.groups, side.explained};
    for (const auto& orphan : variant.orphans) {
      if (orphan.request != side.request) continue;
      open.open = orphan.open_at_end;
      open.superseded = orphan.count;
      open.oldest_s = orphan.oldest_s;
    }
    return open;
  }
  return std::nullopt;
}

bool is_expected(const VariantAnalysis& variant, const MetricAnalysis& lead) {
  return std::any_of(variant.expectations.begin(), variant.expectations.end(), [&](const auto& e) {
    const auto* word = std::get_if<std::string>(&e.expected);
    return e.what == lead.name && e.held && word != nullptr && *word == to_string(MetricVerdict::leak);
  });
}

}  // namespace

bool finding::Leak::is_of_one_group() const {
  constexpr double kAll = 0.95;
  return !groups.empty() && whole > 0 && groups.front().growth >= kAll * whole;
}

namespace {

finding::Leak leak_of(const VariantAnalysis& variant, const MetricAnalysis& lead) {
  finding::Leak leak;
  leak.of = measured(variant);
  leak.lead = growing(lead);
  leak.groups = groups_of(variant, lead);
  leak.whole = lead.table.empty() ? lead.grown() : lead.table.back().growth;
  // Groups are counted a moment after their metric: of what grows meanwhile there may be more.
  double told = 0;
  for (const auto& group : leak.groups) told += group.growth;
  leak.whole = std::max(leak.whole, told);
  leak.requests = requests_of(variant, lead);
  for (const auto& evidence : variant.connection_evidence) {
    if (evidence.metric == lead.name) leak.connections = evidence;
  }
  if (leak.connections && !variant.openers.empty()) leak.opener = variant.openers.front();
  if (lead.drain) leak.remaining = lead.drain->remaining;
  leak.expected = is_expected(variant, lead);
  return leak;
}

void find_capped(const Analysis& analysis, const VariantAnalysis& variant, std::vector<Finding>& findings) {
  const MetricAnalysis& lead = *variant.lead();
  finding::Capped capped;
  capped.of = measured(variant);
  capped.lead = growing(lead);
  if (const auto before = lead.rate_before_plateau()) {
    capped.rate_before = before;
    capped.stopped_at_min = *lead.growth.plateau_from_minutes;
    capped.level = *lead.growth.plateau_level;
  } else if (const auto* reference = analysis.variant(analysis.reference)) {
    capped.reference_lost_share = lost_share(reference->costs);
  }
  findings.emplace_back(std::move(capped));
}

void find_undecided(const VariantAnalysis& variant, std::vector<Finding>& findings) {
  finding::Undecided undecided;
  undecided.of = measured(variant);
  for (const auto* metric : variant.by_importance()) {
    if (!metric->judged || metric->verdict != MetricVerdict::inconclusive) continue;
    if (metric->growth.minutes_to_decide) {
      undecided.minutes_to_decide =
          std::max(undecided.minutes_to_decide.value_or(0), *metric->growth.minutes_to_decide);
    }
    if (undecided.lead.metric.empty()) {
      undecided.lead = growing(*metric);
      if (!metric->growth.reasons.empty()) undecided.reason = metric->growth.reasons.front();
    } else {
      undecided.others.push_back(growing(*metric));
    }
  }
  if (undecided.lead.metric.empty()) undecided.lead = growing(*variant.lead());  // nothing is judged
  findings.emplace_back(std::move(undecided));
}

bool collected_nothing(const VariantAnalysis& variant) {
  const auto& delivery = variant.costs.delivery;
  return delivery && delivery->lines_written > 0 && delivery->lines_delivered == 0;
}

void find_besides(const VariantAnalysis& variant, bool requests_are_told, std::vector<Finding>& findings) {
  finding::NotGrowing flat{variant.name, {}};
  finding::Backlog backlog{variant.name, {}};
  bool plateau_is_told = false;  // threads, sockets and descriptors of one connection stop together
  for (const auto* metric : variant.by_importance()) {
    if (!metric->judged) continue;
    if (metric->is_backlog()) {
      if (backlog.metrics.empty()) backlog.remaining = metric->drain->remaining;
      backlog.metrics.push_back(growing(*metric));
    } else if (metric->verdict == MetricVerdict::stable) {
      flat.metrics.push_back(growing(*metric));
    }
    const auto before = metric->rate_before_plateau();
    if (before && !plateau_is_told && metric->verdict != MetricVerdict::capped) {
      plateau_is_told = true;
      findings.emplace_back(finding::Plateau{variant.name, growing(*metric), *before,
                                             *metric->growth.plateau_from_minutes,
                                             *metric->growth.plateau_level});
    }
  }
  if (!backlog.metrics.empty()) findings.emplace_back(std::move(backlog));
  if (!flat.metrics.empty()) findings.emplace_back(std::move(flat));
  if (requests_are_told || variant.orphans.empty() || variant.verdict == MetricVerdict::stable) return;
  const auto& orphans = variant.orphans.front();
  if (orphans.count > 0)
    findings.emplace_back(finding::RequestsLeftOpen{variant.name, orphans.request, orphans.count});
}

}  // namespace

// One finding a cause: what leads takes with it what leaks in its step, judged or not.
std::vector<finding::Leak> leaks_of(const VariantAnalysis& variant) {
  std::vector<finding::Leak> found;
  auto left = variant.by_importance();
  std::erase_if(left, [](const auto* metric) { return !leaks(*metric); });
  while (!left.empty() && left.front()->judged) {
    const MetricAnalysis& lead = *left.front();
    finding::Leak leak = leak_of(variant, lead);
    left.erase(left.begin());
    std::erase_if(left, [&](const auto* other) {
      const bool in_step = grows_in_step(lead, *other);
      if (in_step) leak.in_step.push_back(growing(*other));
      return in_step;
    });
    found.push_back(std::move(leak));
  }
  return found;
}

bool is_part_of(const finding::Leak& leak, const std::string& metric) {
  return leak.lead.metric == metric || std::any_of(leak.in_step.begin(), leak.in_step.end(), [&](const auto& each) {
           return each.metric == metric;
         });
}

void find_verdict(const Analysis& analysis, const VariantAnalysis& variant, std::vector<Finding>& findings) {
  if (variant.lead() == nullptr) {
    findings.emplace_back(finding::NothingSampled{measured(variant)});
    return;
  }
  const auto first = findings.size();
  switch (variant.verdict) {
    case MetricVerdict::leak:
      for (auto& leak : leaks_of(variant)) findings.emplace_back(std::move(leak));
      break;
    case MetricVerdict::capped:
      find_capped(analysis, variant, findings);
      break;
    case MetricVerdict::inconclusive:
      find_undecided(variant, findings);
      break;
    case MetricVerdict::stable:
      findings.emplace_back(
          finding::Stable{measured(variant), growing(*variant.lead()), variant.lead()->is_backlog()});
      if (collected_nothing(variant) && analysis.main_comparison(variant.name) == nullptr)
        findings.emplace_back(finding::CollectedNothing{variant.name, *variant.costs.delivery, !variant.collects});
      break;
  }
  const bool told = std::any_of(findings.begin() + static_cast<std::ptrdiff_t>(first), findings.end(),
                                [](const Finding& each) {
                                  const auto* leak = std::get_if<finding::Leak>(&each);
                                  return leak != nullptr && leak->requests && leak->requests->superseded > 0;
                                });
  find_besides(variant, told, findings);
}

}  // namespace leakrig
