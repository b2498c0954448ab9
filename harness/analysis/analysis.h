#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/analysis/audit.h"
#include "harness/analysis/connection_evidence.h"
#include "harness/analysis/environment.h"
#include "harness/analysis/expectation_result.h"
#include "harness/analysis/openers.h"
#include "harness/analysis/plot.h"
#include "harness/analysis/recorded.h"
#include "harness/analysis/wire.h"
#include "harness/core/error.h"
#include "harness/core/ledger.h"
#include "harness/core/outcome.h"
#include "harness/spec/scenario_spec.h"
#include "harness/stats/drain.h"
#include "harness/stats/growth/verdict.h"
#include "harness/stats/growth_table.h"

namespace leakrig {

/// What a metric's growth means in the light of both ends: the engine's verdict, or `capped` where growth
/// stopped because collection did (lines were lost).
enum class MetricVerdict { leak, stable, capped, inconclusive };
const char* to_string(MetricVerdict verdict);

/// What one of several replicates of a variant says by itself.
struct ReplicateAnalysis {
  int replicate = 1;
  double start = 0;  ///< at its T+0
  double final = 0;
  stats::Growth growth;
  MetricVerdict verdict = MetricVerdict::inconclusive;

  double grown() const { return final - start; }
};

/// One metric of one variant. With several replicates `growth` and `verdict` are over all of them; counts and
/// table are the first's.
struct MetricAnalysis {
  std::string name;
  std::string unit;    ///< "threads", "sockets", "bytes"
  bool judged = true;  ///< counts towards the variant's verdict; else shown for information
  double tolerance_per_min = 0;
  std::size_t readings = 0;
  double start = 0;  ///< at T+0
  double final = 0;  ///< at the last reading
  double peak = 0;
  stats::Growth growth;
  /// What the rate is told for: empty a minute, else 1,000 of this counter, and so are `minutes` of `growth`.
  std::string per = {};
  MetricVerdict verdict = MetricVerdict::inconclusive;
  std::vector<stats::GrowthRow> table;
  std::vector<PlotPoint> plot;                ///< the first replicate's readings, thinned for a chart
  std::vector<ReplicateAnalysis> replicates;  ///< each by itself; empty if there is but one
  std::optional<stats::DrainResult> drain;  ///< what stayed once the fleet had stopped, where that was asked

  double grown() const { return final - start; }
  /// Whether it grew like a leak, and what had grown was gone once the fleet had stopped.
  bool is_backlog() const;
  /// The mean rate up to the plateau, where growth stopped during the run.
  std::optional<double> rate_before_plateau() const;
};

/// A group of what a metric counts, from the first table row to the last.
struct AttributionRow {
  std::string
      kind;  ///< "thread", "goroutine", "fd", "socket"; "opener" and "connection" tell whence those come
  std::string name;
  double start = 0;
  double growth = 0;
  double rate_per_min = 0;
  /// Of the rate, from the table's rows; nothing from fewer than four, and only for the groups that lead.
  std::optional<std::array<double, 2>> ci;
  double share = 0;  ///< of the metric's whole growth
  /// Where a stack stands, if the group is one: a line to annotate. Empty and 0 otherwise.
  std::string function;  ///< "main.(*monitor).read"
  std::string file;      ///< as compiled in: an absolute path, or "example.com/app/main.go"
  std::int64_t line = 0;
  double waited_min =
      0;  ///< of goroutines: how long the longest has been blocked, whole minutes of wall time
  double proven_blocked = 0;  ///< of them, those that Go's own leak profile proves to be blocked for ever
};

/// Requests of one kind that stay open on the daemon's side.
struct OrphanRow {
  std::string request;
  std::uint64_t open_at_start = 0;  ///< at T+0, superseded or not
  std::uint64_t open_at_end = 0;
  std::uint64_t superseded_at_start = 0;
  std::uint64_t count =
      0;  ///< superseded and still open at the end: a newer one of the same container was opened
  double rate_per_min = 0;  ///< growth of the superseded
  double oldest_s = 0;      ///< age of the oldest at the end, scenario seconds
  /// Of those that a newer one replaced in the measured time, how many were left open.
  std::uint64_t replaced = 0;
  std::uint64_t orphaned = 0;
  /// 95 % of the rate at which requests are left open, a minute; nothing if no time was measured.
  std::optional<std::array<double, 2>> ci;
  /// Whether replacing leaves requests open: a sequential test of `orphaned` in `replaced` cycles.
  stats::Verdict verdict = stats::Verdict::inconclusive;
};

/// The subject's growth joined with the daemon's: the groups that grow in step with a kind of open request.
struct TwoSided {
  std::string metric;
  double metric_growth = 0;
  std::string request;
  double open_growth = 0;
  std::vector<std::string> groups;  ///< names of the groups in step
  double explained = 0;             ///< their growth together
};

/// What a configuration costs beside its leak rate.
struct Costs {
  std::optional<Delivery> delivery;
  double connections_per_min = 0;  ///< to the fake Docker and the fake Loki together
  double requests_per_min = 0;
  std::optional<double> cpu_s_per_1000_lines;
};

/// Lines lost of those written, 0 to 1; 0 where delivery was not measured.
double lost_share(const Costs& costs);
double lost_share(const Delivery& delivery);

/// One thing that a variant changes.
using Change = OptionChange;

/// A metric that a probe was asked for and that is missing from readings.
struct SilentMetric {
  std::string metric;
  std::optional<double> since_min;  ///< minutes from T+0 of its last reading; nothing: it never had one
};

/// Whether there was anything to measure: what a verdict of no growth rests on.
struct SubjectActivity {
  std::optional<double> cpu_s;    ///< CPU time of the subject from T+0 on; nothing: not read
  double wall_s = 0;              ///< wall time from T+0 on
  std::uint64_t requests = 0;     ///< to both fakes from T+0 on
  bool counts_moved = false;      ///< some count was not the same throughout
  double uncounted_children = 0;  ///< the most child processes at a time that were not counted
  bool docker_unasked = false;    ///< it was told where Docker is, and never asked it for anything
  bool sink_unasked = false;      ///< the same of the log sink
  std::vector<SilentMetric> silent;

  /// Whether it did nothing but exist: next to no CPU time, no request, and no count of it moved.
  bool is_idle() const;
};

struct SamplingQuality {
  std::size_t slots = 0;
  std::size_t missed = 0;
  double latest_ms = 0;  ///< wall milliseconds behind schedule, the worst reading
  /// The rig's own footprint over the run.
  double rig_threads = 0;
  double rig_fds = 0;
  double rig_cpu_s = 0;
  double refused = 0;  ///< connections that the fake Docker turned away for want of descriptors

  std::size_t taken() const { return slots - missed; }
};

/// What one process of the subject's tree had of a count, at the first row and at the last.
struct MemberShare {
  std::string member;  ///< "nginx 4711": name and pid
  std::string metric;
  double start = 0;
  double final = 0;

  double grown() const { return final - start; }
};

/// The processes of a subject that has several.
struct SubjectTree {
  std::map<std::string, double> processes;  ///< by name, at the last row
  std::vector<MemberShare> shares;          ///< by metric, the largest growth first
};

/// With several replicates the outcome is the first that is not `completed`, the costs are of all (lines
/// added up, rates averaged), attribution and orphans of the first.
struct VariantAnalysis {
  std::string name;
  std::size_t replicates = 1;
  Outcome outcome = Outcome::unfinished;
  std::string detail;
  double minutes = 0;  ///< measured, from T+0
  double wall_s = 0;   ///< wall time of all replicates together
  MetricVerdict verdict = MetricVerdict::inconclusive;
  std::vector<MetricAnalysis> metrics;  ///< in the catalogue's order
  std::string lead_metric;              ///< the worst of the judged: see `lead()`
  Costs costs;
  std::vector<AttributionRow> attribution;  ///< largest growth first
  std::vector<OrphanRow> orphans;
  std::vector<TwoSided> two_sided;
  Wire wire;
  ConnectionCensus connections;                         ///< the first replicate's
  std::vector<ConnectionEvidence> connection_evidence;  ///< in the order of the metrics
  std::vector<Opener>
      openers;  ///< who opened what stays, the one that leads first; where allocations are known
  OrphanTimeline idle_timeline;  ///< of the idle connections that grow: opened, idle since (`superseded_s`)
  OrphanTimeline timeline;       ///< the first replicate's
  SamplingQuality sampling;
  SubjectActivity activity;
  SubjectTree tree;  ///< empty for a subject of one process
  bool collects = true;         ///< false: it is meant to collect nothing, as a component is off or the file says so
  std::vector<Change> changes;  ///< against the scenario as it stands
  bool same_load = true;        ///< none of them is of the fleet or of how is sampled
  std::vector<ExpectationResult> expectations;
  bool passed = false;

  const MetricAnalysis* metric(const std::string& metric_name) const;
  /// The metric that everything said of the variant leads with: the worst of the judged metrics. Null if
  /// nothing was sampled.
  const MetricAnalysis* lead() const { return metric(lead_metric); }
  /// The metrics as people read them: the lead, other judged ones by how bad they are, then the rest.
  std::vector<const MetricAnalysis*> by_importance() const;
};

struct ComparisonAnalysis {
  std::string reference;
  std::string variant;
  std::string metric;
  stats::RateDifference difference;
};

/// A run besides the variants of which it is known what must come out. It checks the rig and the engine; it
/// is no part of the comparison.
struct ControlAnalysis {
  VariantAnalysis run;
  std::string metric;
  std::string expected;
  std::string actual;  ///< the same in words as `expected`, or how the run ended if it did not complete
  bool held = false;
};

/// Everything a report may say, and nothing else: reports render it, they do not compute.
struct Analysis {
  ScenarioSpec scenario;
  Environment environment;
  std::string reference;  ///< the variant that the others are compared with
  double tolerance_per_min = 2;
  double confidence = stats::GrowthOptions{}.confidence;
  std::vector<VariantAnalysis> variants;
  std::vector<ComparisonAnalysis> comparisons;
  std::vector<WireComparison> wires;          ///< one a variant but the reference
  std::vector<ControlAnalysis> controls;      ///< empty unless the scenario asks for them
  std::optional<RecordedComparison> against;  ///< the committed result that it was held against
  std::optional<Audit> audit;  ///< of an audit, whose variants are its stimuli
  bool passed = false;
  ExitCode exit_code = ExitCode::failed;

  bool controls_held() const;
  const VariantAnalysis* variant(const std::string& name) const;
  const ComparisonAnalysis* comparison(const std::string& variant, const std::string& metric) const;
  /// Null for the reference.
  const WireComparison* wire(const std::string& variant) const;
  /// The comparison that decides: by what leads in the variant where that is worse than in the reference,
  /// else by what leads in the reference. Null for the reference itself, and where they share no metric.
  const ComparisonAnalysis* main_comparison(const std::string& variant) const;
  /// What the whole report leads with: the lead of the worst variant, the reference's where it is as bad.
  /// Null if nothing was sampled.
  const VariantAnalysis* worst_variant() const;
  /// Readings that were missed, of all variants, and how late the latest one was.
  struct Schedule {
    std::size_t missed = 0;
    double latest_ms = 0;
  };
  Schedule schedule() const;
  std::string lead_metric() const;
};

}  // namespace leakrig
