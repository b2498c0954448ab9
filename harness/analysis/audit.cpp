#include "harness/analysis/audit.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "harness/analysis/analysis.h"
#include "harness/analysis/attribution.h"
#include "harness/analysis/lead.h"
#include "harness/analysis/leading_evidence.h"
#include "harness/analysis/ledger_view.h"
#include "harness/core/run_record.h"
#include "harness/core/metrics.h"

namespace leakrig {
namespace {

using nlohmann::json;
using stats::ResidueVerdict;

constexpr const char* kTwinName = "time";
/// Memory comes in pages and arenas, and a collected heap in steps: of it only what is large is a residue.
constexpr double kMemoryResidue = 256 * 1024;
/// Go does not collect a heap below 4 MiB and lets it double: a program that only answers for its goroutines rose by
/// 5 MiB in twelve rests.
constexpr double kMemoryResidueOfGo = 1024 * 1024;
/// So many cores more than before are a loop.
constexpr double kSpinning = 0.5;

/// One rest an occurrence: of those after the last occurrence the last counts, so what goes away in time has gone.
std::vector<const Sample*> rests_of(const std::vector<Sample>& samples) {
  std::vector<const Sample*> rests;
  double last = 0;
  for (const auto& sample : samples) {
    if (sample.values.contains(metric::kLoadCount)) last = std::max(last, sample.values.at(metric::kLoadCount));
  }
  for (const auto& sample : samples) {
    if (!sample.values.contains(metric::kLoadCount)) continue;
    const double occurrences = sample.values.at(metric::kLoadCount);
    const bool again = !rests.empty() && last > 0 && occurrences == last &&
                       rests.back()->values.at(metric::kLoadCount) == last;
    if (again) rests.pop_back();
    rests.push_back(&sample);
  }
  return rests;
}

std::vector<stats::Rest> readings_of(const std::vector<const Sample*>& rests, const std::string& name) {
  std::vector<stats::Rest> readings;
  for (const auto* rest : rests) {
    const auto value = rest->values.find(name);
    if (value == rest->values.end()) continue;
    readings.push_back({rest->values.at(metric::kLoadCount), rest->t_s / 60, value->second});
  }
  return readings;
}

bool is_of_go(const std::vector<const Sample*>& rests) {
  return !rests.empty() && rests.front()->values.contains(metric::kGoroutines);
}

stats::ResidueOptions options_of(const MetricInfo& info, bool of_go) {
  stats::ResidueOptions options;
  if (info.is_bytes()) options.tolerance = options.smallest = of_go ? kMemoryResidueOfGo : kMemoryResidue;
  return options;
}

MetricResidue residue_of(const MetricInfo& info, const std::vector<const Sample*>& rests,
                         const std::vector<const Sample*>& twin) {
  const auto options = options_of(info, is_of_go(rests));
  const auto readings = readings_of(rests, info.name);
  MetricResidue made{info.name, true, stats::assess_residue(readings, readings_of(twin, info.name), options)};
  // Memory that moves is no news; other counts that are back where they were have left nothing, whenever they went.
  auto& residue = made.residue;
  if (info.is_bytes()) made.judged = residue.verdict == ResidueVerdict::leak;
  const bool undecided = residue.verdict == ResidueVerdict::inconclusive && residue.occurrences > 0;
  // Beside what grows by time alone, a part of one at an occurrence cannot be seen; whole ones can.
  const bool time_leaks =
      !twin.empty() && stats::assess_residue(readings_of(twin, info.name), {}, options).verdict == ResidueVerdict::leak;
  if (undecided && time_leaks && std::abs(residue.per_occurrence) < options.tolerance)
    residue.verdict = ResidueVerdict::stable;
  if (undecided && readings.size() > 3 && residue.final <= residue.start + options.tolerance)
    residue.verdict = ResidueVerdict::stable;
  return made;
}

std::vector<MetricResidue> residues_of(const std::vector<const Sample*>& rests,
                                       const std::vector<const Sample*>& twin) {
  std::vector<MetricResidue> residues;
  if (rests.empty()) return residues;
  const auto& values = rests.front()->values;
  for (const auto& info : metric_catalogue()) {
    const bool threads_of_go = info.judged == Judged::unless_goroutines && is_of_go(rests);
    if (!values.contains(info.name) || info.judged == Judged::never || threads_of_go) continue;
    residues.push_back(residue_of(info, rests, twin));
  }
  return residues;
}

MetricVerdict as_growth(ResidueVerdict verdict) {
  switch (verdict) {
    case ResidueVerdict::leak:
      return MetricVerdict::leak;
    case ResidueVerdict::capacity:
    case ResidueVerdict::stable:
      return MetricVerdict::stable;
    case ResidueVerdict::inconclusive:
      break;
  }
  return MetricVerdict::inconclusive;
}

/// The residue as the evidence reads growth: from the first rest to the last, its rate a number each occurrence.
MetricAnalysis as_metric(const MetricResidue& each, const std::vector<const Sample*>& rests) {
  MetricAnalysis metric;
  const MetricInfo info = metric_info(each.metric);
  metric.name = each.metric;
  metric.unit = info.unit();
  metric.judged = each.judged;
  metric.tolerance_per_min = options_of(info, is_of_go(rests)).tolerance;
  metric.growth.rate_per_min = each.residue.per_occurrence;
  metric.growth.tolerance_per_min = metric.tolerance_per_min;
  metric.verdict = as_growth(each.residue.verdict);
  std::vector<double> minutes;
  std::vector<double> counts;
  for (const auto& rest : readings_of(rests, each.metric)) {
    minutes.push_back(minutes.empty() ? 0 : rest.minutes - rests.front()->t_s / 60);
    counts.push_back(rest.count);
  }
  metric.readings = counts.size();
  metric.start = each.residue.start;
  metric.final = each.residue.final;
  metric.peak = *std::max_element(counts.begin(), counts.end());
  metric.table = stats::growth_table(minutes, counts);
  return metric;
}

/// What the residue is made of and who opened it, by the same means as of a run.
VariantAnalysis blame(const VariantRecord& record, const AuditRow& row, const std::vector<const Sample*>& rests) {
  VariantAnalysis variant;
  variant.name = record.name;
  variant.outcome = record.outcome;
  variant.detail = record.detail;
  variant.wall_s = record.wall_s;
  variant.minutes = row.minutes;
  variant.verdict = MetricVerdict::stable;
  for (const auto& each : row.residues) {
    variant.metrics.push_back(as_metric(each, rests));
    const auto verdict = variant.metrics.back().verdict;
    if (each.judged && severity_of(verdict) > severity_of(variant.verdict)) variant.verdict = verdict;
  }
  if (variant.metrics.empty()) return variant;
  std::vector<Sample> samples;
  for (const auto* rest : rests) samples.push_back(*rest);
  const double end_s = samples.back().t_s;
  variant.attribution = attribute_growth(samples, variant.metrics);
  variant.orphans = find_orphans(record.ledger, end_s);
  variant.two_sided = join_both_sides(variant.metrics, variant.attribution, variant.orphans);
  variant.connections = take_census(record.ledger, end_s);
  variant.connection_evidence = join_connections(variant.metrics, variant.attribution, variant.connections);
  variant.lead_metric = choose_lead(variant);
  lead_with_evidence(samples, variant);
  return variant;
}

bool is_any(const AuditRow& row, ResidueVerdict verdict) {
  return std::any_of(row.residues.begin(), row.residues.end(),
                     [&](const MetricResidue& each) { return each.judged && each.residue.verdict == verdict; });
}

AuditVerdict verdict_of(const AuditRow& row) {
  if (row.outcome == Outcome::rig_failed || row.outcome == Outcome::never_ready) return AuditVerdict::failed;
  if (row.outcome == Outcome::interrupted || row.outcome == Outcome::unfinished) return AuditVerdict::undecided;
  if (!row.facts.met) return AuditVerdict::not_met;
  if (is_any(row, ResidueVerdict::leak)) return AuditVerdict::leak;
  if (row.outcome == Outcome::died || !row.facts.recovered || row.spins || row.facts.storms) return AuditVerdict::does_not_recover;
  if (row.residues.empty() || is_any(row, ResidueVerdict::inconclusive)) return AuditVerdict::undecided;
  return AuditVerdict::clean;
}

AuditRow row_of(const json& stimulus, const VariantRecord& record, const std::vector<const Sample*>& rests,
                const std::vector<const Sample*>& twin) {
  AuditRow row;
  row.stimulus = record.name;
  row.family = stimulus.value("family", "");
  row.event = stimulus.value("event", "");
  row.outcome = record.outcome;
  row.detail = record.detail;
  row.wall_s = record.wall_s;
  if (record.audit) row.facts = *record.audit;
  row.spins = row.facts.cpu_after - row.facts.cpu_before > kSpinning;
  if (!record.deliveries.empty()) row.delivery = record.deliveries.back().delivery;
  if (!rests.empty()) {
    row.occurrences = rests.back()->values.at(metric::kLoadCount);
    row.minutes = (rests.back()->t_s - rests.front()->t_s) / 60;
  }
  if (row.facts.met) row.residues = residues_of(rests, twin);
  row.verdict = verdict_of(row);
  return row;
}

ExitCode audit_exit_code(const Audit& audit) {
  const auto any = [&](auto is) { return std::any_of(audit.rows.begin(), audit.rows.end(), is); };
  if (any([](const AuditRow& row) {
        return row.outcome == Outcome::interrupted || row.outcome == Outcome::unfinished;
      }))
    return ExitCode::interrupted;
  if (audit.count(AuditVerdict::failed) > 0) return ExitCode::failed;
  if (audit.count(AuditVerdict::leak) + audit.count(AuditVerdict::does_not_recover) > 0)
    return ExitCode::expectation_failed;
  const bool met_nothing = audit.count(AuditVerdict::not_met) + 1 >= audit.rows.size() && audit.rows.size() > 1;
  if (met_nothing || audit.count(AuditVerdict::undecided) > 0) return ExitCode::inconclusive;
  return ExitCode::ok;
}

}  // namespace

const char* to_string(AuditVerdict verdict) {
  switch (verdict) {
    case AuditVerdict::leak:
      return "leak";
    case AuditVerdict::does_not_recover:
      return "does not recover";
    case AuditVerdict::clean:
      return "clean";
    case AuditVerdict::not_met:
      return "not met";
    case AuditVerdict::failed:
      return "failed";
    case AuditVerdict::undecided:
      break;
  }
  return "undecided";
}

std::vector<const MetricResidue*> AuditRow::leaking() const {
  std::vector<const MetricResidue*> leaking;
  for (const auto& each : residues) {
    if (each.judged && each.residue.verdict == ResidueVerdict::leak) leaking.push_back(&each);
  }
  return leaking;
}

std::vector<const MetricResidue*> AuditRow::told() const {
  auto leaking = this->leaking();
  const auto named = [&](const char* name) {
    const auto found = std::find_if(leaking.begin(), leaking.end(), [&](const auto* each) { return each->metric == name; });
    return found == leaking.end() ? nullptr : *found;
  };
  const auto* sockets = named(metric::kSockets);
  const auto* fds = named(metric::kFds);
  // As many of both, but for readings that are moments apart.
  constexpr double kSame = 0.15;
  if (sockets != nullptr && fds != nullptr &&
      std::abs(sockets->residue.per_occurrence - fds->residue.per_occurrence) < kSame)
    std::erase(leaking, fds);
  if (leaking.size() > 1)
    std::erase_if(leaking, [](const auto* each) { return metric_info(each->metric).is_bytes(); });
  return leaking;
}

double AuditRow::stays(const MetricResidue& each) const {
  if (!is_twin()) return each.residue.per_occurrence;
  return minutes > 0 ? each.residue.per_occurrence * occurrences / minutes : 0;
}

double AuditRow::requests_per_s() const {
  return facts.down_s > 0 ? static_cast<double>(facts.requests_down) / facts.down_s : 0;
}

bool AuditRow::is_twin() const {
  return stimulus == kTwinName;
}

const AuditRow* Audit::row(const std::string& stimulus) const {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const AuditRow& each) { return each.stimulus == stimulus; });
  return found == rows.end() ? nullptr : &*found;
}

std::size_t Audit::count(AuditVerdict verdict) const {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [&](const AuditRow& each) { return each.verdict == verdict; }));
}

const AuditRow* Audit::worst() const {
  for (const auto verdict : {AuditVerdict::leak, AuditVerdict::does_not_recover, AuditVerdict::failed,
                             AuditVerdict::undecided, AuditVerdict::clean, AuditVerdict::not_met}) {
    for (const auto& each : rows) {
      if (each.verdict == verdict) return &each;
    }
  }
  return nullptr;
}

bool are_undecided(const std::vector<Sample>& rests, const std::vector<Sample>& twin) {
  const auto residues = residues_of(rests_of(rests), rests_of(twin));
  return std::any_of(residues.begin(), residues.end(), [](const MetricResidue& each) {
    return each.judged && each.residue.verdict == ResidueVerdict::inconclusive;
  });
}

bool is_audit(const RunRecord& record) {
  return record.scenario.contains("audit");
}

Analysis analyze_audit(const RunRecord& record) {
  Analysis analysis;
  Audit audit;
  const json about = record.scenario.at("audit");
  audit.occurrences = about.value("occurrences", 0);
  std::vector<const Sample*> twin;
  for (const auto& variant : record.variants) {
    if (variant.name == kTwinName) twin = rests_of(variant.samples);
  }
  for (const auto& stimulus : about.value("stimuli", json::array())) {
    const auto name = stimulus.value("name", "");
    const auto found = std::find_if(record.variants.begin(), record.variants.end(),
                                    [&](const VariantRecord& each) { return each.name == name; });
    if (found == record.variants.end()) continue;
    const auto rests = rests_of(found->samples);
    static const std::vector<const Sample*> kNothing;
    audit.rows.push_back(row_of(stimulus, *found, rests, name == kTwinName ? kNothing : twin));
    analysis.variants.push_back(blame(*found, audit.rows.back(), rests));
    const auto verdict = audit.rows.back().verdict;
    analysis.variants.back().passed = verdict == AuditVerdict::clean || verdict == AuditVerdict::not_met;
  }
  if (!analysis.variants.empty()) analysis.reference = analysis.variants.front().name;
  analysis.exit_code = audit_exit_code(audit);
  analysis.passed = analysis.exit_code == ExitCode::ok;
  analysis.audit = std::move(audit);
  return analysis;
}

}  // namespace leakrig
