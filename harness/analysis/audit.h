#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/audit_facts.h"
#include "harness/core/ledger.h"
#include "harness/core/outcome.h"
#include "harness/core/sample.h"
#include "harness/stats/residue.h"

namespace leakrig {

struct Analysis;
struct RunRecord;

/// What an audit says of one stimulus.
enum class AuditVerdict {
  leak,              ///< something stays at each occurrence
  does_not_recover,  ///< what was under way before is not back, or the subject died, or spins
  clean,
  undecided,  ///< the rests do not decide
  not_met,    ///< the subject does not use what the stimulus touches
  failed,     ///< the subject was never ready, or the rig could not do its part
};
const char* to_string(AuditVerdict verdict);  ///< "does not recover"

struct MetricResidue {
  std::string metric;
  bool judged = true;
  stats::Residue residue;

  double in_all() const { return residue.final - residue.start; }
};

/// One stimulus and what it left behind. Its variant in Analysis::variants, of the same name, says what that is made
/// of and who opened it.
struct AuditRow {
  std::string stimulus;
  std::string family;
  std::string event;  ///< what is behind "each time"; Markdown
  AuditVerdict verdict = AuditVerdict::undecided;
  double occurrences = 0;
  double minutes = 0;  ///< scenario time from the first rest to the last
  std::vector<MetricResidue> residues;  ///< in the catalogue's order
  AuditFacts facts;
  bool spins = false;  ///< it used a CPU after the last occurrence that it did not use before the first
  std::optional<Delivery> delivery;
  Outcome outcome = Outcome::unfinished;
  std::string detail;
  double wall_s = 0;

  /// The judged metrics of which something stays, the one that leads first.
  std::vector<const MetricResidue*> leaking() const;
  /// Of those, what one says of the stimulus: a socket is not told again as its descriptor, nor as its memory.
  std::vector<const MetricResidue*> told() const;
  /// What stays of a metric at each occurrence; of the stretch in which nothing happens, each minute.
  double stays(const MetricResidue& each) const;
  /// Requests a second while the stimulus lasted.
  double requests_per_s() const;
  /// Whether it is the stretch in which nothing happens, which the others are held against.
  bool is_twin() const;
};

struct Audit {
  int occurrences = 0;  ///< asked for
  std::vector<AuditRow> rows;  ///< in the catalogue's order

  const AuditRow* row(const std::string& stimulus) const;
  std::size_t count(AuditVerdict verdict) const;
  /// What the report leads with: the first leak, else the first that does not recover, and so on. Null if empty.
  const AuditRow* worst() const;
};

/// Whether these rests leave open what a stimulus leaves behind, beside those of the twin (none: this is the twin), so
/// that more occurrences are worth their time. Pure.
bool are_undecided(const std::vector<Sample>& rests, const std::vector<Sample>& twin);

/// Whether a run's record is an audit's.
bool is_audit(const RunRecord& record);

/// Pure: the record of an audit in, what it means out: `audit` is set, and a variant a stimulus.
Analysis analyze_audit(const RunRecord& record);

/// audit.json's content, schema "leakrig/audit/1".
nlohmann::json audit_json(const Analysis& analysis);

}  // namespace leakrig
