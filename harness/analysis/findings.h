#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/analysis/analysis.h"
#include "harness/analysis/recorded.h"
#include "harness/core/metrics.h"

namespace leakrig {

/// Measured facts of a run, as data: what it was, in numbers, and what that rests on. analysis/findings.cpp
/// decides which there are; report/sentences.cpp is the only place that puts one into words. To add a kind:
/// a struct here, a row in the variant `Finding`, a function in find_*.cpp that finds it, and its sentence.
namespace finding {

/// How one metric of a variant grew.
struct Growing {
  std::string metric;
  Quantity quantity = Quantity::count;
  std::string per = {};  ///< what the rate is told for: empty a minute, else 1,000 of this counter
  MetricVerdict verdict = MetricVerdict::inconclusive;
  bool judged = true;
  bool estimated = true;  ///< false: too few readings for a rate
  double start = 0;       ///< at T+0
  double final = 0;       ///< at the last reading
  double rate_per_min = 0;
  double low = 0;  ///< the interval of the rate that people see
  double high = 0;
  double level = 0.95;
  double span_minutes = 0;  ///< from the first reading to the last; thousands of `per` where that is set
  double tolerance_per_min = 0;
  double p_within_tolerance = 1;  ///< probability that the rate is at most the tolerance

  double grown() const { return final - start; }
};

/// What stands behind every verdict on a variant.
struct Measured {
  std::string variant;
  double minutes = 0;
  std::size_t replicates = 1;
  std::optional<Delivery> delivery;
  Outcome outcome = Outcome::completed;
  std::string detail;
};

/// A group that makes up a growth: a stack, a thread's name, a descriptor's target.
struct Group {
  std::string kind;  ///< "goroutine", "thread", "fd", "socket"
  std::string name;
  std::string function;  ///< of a stack; else empty
  std::string file;      ///< as compiled in
  std::int64_t line = 0;
  double growth = 0;
  double waited_min = 0;  ///< of goroutines: for how long the longest is blocked, whole minutes; 0: not told
  double proven_blocked = 0;  ///< of goroutines: those that Go's leak profile proves to be blocked for ever
};

/// Requests that are left open in step with a growth.
struct OpenRequests {
  std::string request;
  double more_open = 0;             ///< at the end than at T+0
  std::vector<std::string> groups;  ///< what grows in step with them
  double explained = 0;             ///< growth of those groups together
  std::uint64_t open = 0;           ///< at the end
  std::uint64_t superseded = 0;     ///< of those, replaced by a newer one of the same container
  double oldest_s = 0;              ///< age of the oldest superseded, scenario seconds
};

/// One cause: a metric that leaks, and those that leak in step with it (a leaked connection is two
/// goroutines, a socket and a descriptor).
struct Leak {
  Measured of;
  Growing lead;
  std::vector<Growing> in_step;
  /// Of the lead, in its step, largest first; at most kMostGroups.
  std::vector<Group> groups;
  double whole = 0;  ///< growth of the lead between the rows at which groups are counted
  std::optional<OpenRequests> requests;
  std::optional<ConnectionEvidence> connections;  ///< that stay, of those that grow in step with the lead
  std::optional<Opener> opener;                   ///< the code that opened what stays
  std::optional<double> remaining;  ///< with the fleet stopped, against T+0; where that was measured
  bool expected = false;            ///< the scenario says so

  /// Whether the first group has all of the growth, but for readings that are moments apart; false where it is not
  /// known what grows.
  bool is_of_one_group() const;

  static constexpr std::size_t kMostGroups = 4;
};

/// Nothing that is judged grows beyond its tolerance.
struct Stable {
  Measured of;
  Growing lead;
  bool backlog = false;  ///< the lead grew under load, and that was gone once the fleet had stopped
};

/// The judged metrics that do not grow, in a variant of any verdict.
struct NotGrowing {
  std::string variant;
  std::vector<Growing> metrics;
};

/// Growth stopped, and collection with it: no cure.
struct Capped {
  Measured of;
  Growing lead;
  std::optional<double> rate_before;  ///< until it stopped, where it grew first
  double stopped_at_min = 0;
  double level = 0;
  std::optional<double> reference_lost_share;  ///< of the reference, which loses less
};

/// Growth stopped during the run, and nothing was lost: a pool that has filled, or a limit.
struct Plateau {
  std::string variant;
  Growing lead;
  double rate_before = 0;
  double stopped_at_min = 0;
  double level = 0;
};

/// Grew under load, and was gone once the fleet had stopped.
struct Backlog {
  std::string variant;
  std::vector<Growing> metrics;
  double remaining = 0;  ///< of the first, against T+0
};

/// The readings do not decide.
struct Undecided {
  Measured of;
  Growing lead;
  std::vector<Growing> others;
  std::string reason;  ///< the engine's first; may be empty
  std::optional<double> minutes_to_decide;
};

/// Nothing grew, and nothing was collected either: it says nothing of what collects. Of a variant that is compared with
/// a reference that is a finding of its own.
struct CollectedNothing {
  std::string variant;
  Delivery delivery;
  bool meant = false;  ///< the scenario says so
};

/// Not one reading.
struct NothingSampled {
  Measured of;
};

/// Requests that a newer one of the same container replaced, and that stay open.
struct RequestsLeftOpen {
  std::string variant;
  std::string request;
  std::uint64_t superseded = 0;
};

// ---- evidence that is missing: no green rests on it
// --------------------------------------------------------

/// Grows beyond its tolerance and counts towards no verdict.
struct GrewUnjudged {
  std::string variant;
  double minutes = 0;
  std::vector<Growing> metrics;
};

/// Child processes that were there and not counted.
struct ChildrenUncounted {
  std::string variant;
  double most = 0;
};

/// The subject did nothing: no CPU time, no request, no count that moved.
struct SubjectIdle {
  std::string variant;
  double cpu_s = 0;
  double minutes = 0;
};

/// A probe that was asked for gave no reading, or none any more.
struct ProbeSilent {
  std::string variant;
  std::string metric;
  std::optional<double> since_min;  ///< nothing: from the start
};

/// The rig did not do its part. What touches the result makes the run a failure of the rig (exit code 3).
struct RigFault {
  enum class Kind {
    refused,  ///< `amount` connections of the subject were turned away for want of descriptors
    missed,   ///< `amount` of `of` readings were missed, as the rig came too late
  };
  std::string variant;
  Kind kind = Kind::refused;
  double amount = 0;
  double of = 0;
  bool touches_result = false;
};

/// The subject was told of a server of the rig and never asked it for anything.
struct NeverReached {
  std::string variant;
  bool docker = true;       ///< else the log sink, though there were lines to deliver
  std::string last_output;  ///< of the subject; may be empty
};

/// The processes of a subject that has several, and which of them hold what grew.
struct Tree {
  std::string variant;
  std::map<std::string, double> processes;  ///< by name, at the last row
  std::string metric;                       ///< of which `grown` are the largest shares; empty: nothing grew
  std::vector<MemberShare> grown;           ///< at most kMostMembers
  std::size_t more = 0;                     ///< members that grew besides

  static constexpr std::size_t kMostMembers = 4;
};

// ---- against others
// ----------------------------------------------------------------------------------------

/// A cost that is higher than the reference's by more than its margin.
struct Price {
  std::string cost;  ///< a key of cost_catalogue()
  double reference = 0;
  double variant = 0;
};

/// A variant against the reference, by the metric that matters between them.
struct Against {
  std::string variant;
  std::string reference;
  std::string metric;
  MetricVerdict verdict = MetricVerdict::inconclusive;  ///< of the variant's metric
  double rate_per_min = 0;                              ///< of the variant's metric
  stats::RateDifference difference;
  double minutes = 0;
  std::vector<Change> changes;
  std::vector<Price> prices;
  std::optional<Delivery> delivery;
  bool same_load = true;  ///< fleet and sampling are the reference's: the change is one of options
  bool inert = false;     ///< no server can see that anything was switched
};
/// What the servers see of a variant, against the reference. Before what came of its growth.
struct WireAgainst {
  std::string variant;
  std::string reference;
  Wire before;
  Wire after;
  WireComparison wire;
  std::vector<Change> changes;
  bool same_load = true;
};
struct SameAsReference : Against {};
struct BetterThanReference : Against {};
/// Grows less because it does less of its work, which it should do: no improvement.
struct StarvedAgainstReference : Against {};
/// Grows less because what grows is switched off: it tells where the growth is, and is no cure.
struct DoesLessThanReference : Against {};
struct WorseThanReference : Against {};
struct UndecidedAgainstReference : Against {};

/// What is known to come out of a control did not.
struct ControlFailed {
  std::string control;
  std::string metric;
  std::string expected;
  std::string actual;
};

/// One thing that is worse than the committed baseline, and what of it is of the same leak.
struct WorseThanBaseline {
  RecordedDifference difference;
  std::vector<RecordedDifference> along = {};
};

/// Nothing is worse than the committed baseline.
struct NotWorseThanBaseline {
  std::string source;
};

}  // namespace finding

using Finding = std::variant<
    // the verdict on a variant
    finding::Leak, finding::Capped, finding::Undecided, finding::Stable, finding::NothingSampled,
    // what is known besides
    finding::NotGrowing, finding::Plateau, finding::Backlog, finding::RequestsLeftOpen, finding::CollectedNothing,
    // missing evidence
    finding::GrewUnjudged, finding::ChildrenUncounted, finding::SubjectIdle, finding::ProbeSilent,
    finding::RigFault, finding::NeverReached, finding::Tree,
    // against others
    finding::WireAgainst, finding::SameAsReference, finding::BetterThanReference,
    finding::StarvedAgainstReference, finding::DoesLessThanReference, finding::WorseThanReference,
    finding::UndecidedAgainstReference, finding::ControlFailed, finding::WorseThanBaseline,
    finding::NotWorseThanBaseline>;

/// Whether it says that evidence is missing: `--strict` makes it an error.
bool is_missing_evidence(const Finding& finding);

/// What is missing, as an expectation's outcome has it; nothing of a finding of another kind.
std::optional<MissingEvidence> missing_evidence(const Finding& finding);

/// The variant that a finding is about; empty for one of the whole run.
std::string variant_of(const Finding& finding);

/// Every finding of a run, in this order: against the baseline, controls that failed, each variant's verdict
/// with what belongs to it in the order of the variants, the comparisons. Pure.
std::vector<Finding> findings_of(const Analysis& analysis);

/// A metric's numbers as findings have them.
finding::Growing growing(const MetricAnalysis& metric);

/// The leaks of a variant, one a cause, the one that leads first; empty unless it leaks.
std::vector<finding::Leak> leaks_of(const VariantAnalysis& variant);
/// Whether a metric leads a leak or grows in step with it.
bool is_part_of(const finding::Leak& leak, const std::string& metric);

// Parts of findings_of, a file each.

/// find_verdict.cpp: the verdict on a variant and what is known besides it. A leak is one finding a cause:
/// metrics that leak in step are one.
void find_verdict(const Analysis& analysis, const VariantAnalysis& variant, std::vector<Finding>& findings);
/// find_missing_evidence.cpp: what a verdict of no growth does not rest on.
void find_missing_evidence(const VariantAnalysis& variant, std::vector<Finding>& findings);
/// find_rig_faults.cpp: what the rig itself failed to do.
void find_rig_faults(const VariantAnalysis& variant, std::vector<Finding>& findings);
/// Whether one of them touches the result.
bool rig_spoiled(const VariantAnalysis& variant);
/// find_missing_evidence.cpp: the servers that it never asked.
void find_never_reached(const VariantAnalysis& variant, std::vector<Finding>& findings);
/// find_tree.cpp: the processes of a subject that has several.
void find_tree(const VariantAnalysis& variant, std::vector<Finding>& findings);
/// find_against.cpp: the committed baseline and the controls.
void find_against_known(const Analysis& analysis, std::vector<Finding>& findings);
/// find_against.cpp: a variant against the reference.
void find_against_reference(const Analysis& analysis, const VariantAnalysis& variant,
                            std::vector<Finding>& findings);

}  // namespace leakrig
