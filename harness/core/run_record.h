#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/core/audit_facts.h"
#include "harness/core/ledger.h"
#include "harness/core/outcome.h"
#include "harness/core/sample.h"

namespace leakrig {

/// Names of the files in a run directory.
namespace run_file {
inline constexpr const char* kScenario = "scenario.json";
inline constexpr const char* kSamples = "samples.jsonl";
inline constexpr const char* kLedger = "ledger.jsonl";
inline constexpr const char* kResult = "result.json";
inline constexpr const char* kReport = "report.md";
}  // namespace run_file

struct DeliveryReading {
  double t_s = 0;
  Delivery delivery;
};

/// When a run that may stop early was judged: at one of several looks, planned evenly over its duration.
struct Look {
  int look = 0;    ///< from 1
  int looks = 0;   ///< planned; 0: of `watch`, which plans none
  double t_s = 0;  ///< readings due until then count
  int first = 1;   ///< the first look that is taken
};

/// The key that stands in each line of a replicate but the first.
inline constexpr const char* kReplicateKey = "replicate";

/// Everything recorded of one variant: its first replicate, and the others behind it. Times are scenario
/// seconds from T+0.
struct VariantRecord {
  std::string name;
  Outcome outcome = Outcome::unfinished;
  std::string detail;  ///< what happened, where the outcome is not `completed`; also "killed: did not stop
                       ///< within 10s"
  pid_t subject_pid = 0;
  double wall_s = 0;
  std::optional<Look> look;  ///< none: judged once, at the end
  std::vector<Sample> samples;
  std::vector<Sample> drain;  ///< with the fleet stopped, after the measurement
  std::vector<LedgerEntry> ledger;
  std::vector<DeliveryReading> deliveries;
  std::optional<AuditFacts> audit;  ///< of a stimulus of an audit
  std::vector<VariantRecord> further;  ///< replicates 2, 3, ... of a run that has several; else empty
};

/// A run as it stands on disk.
struct RunRecord {
  nlohmann::json scenario = nlohmann::json::object();     ///< the resolved scenario file
  nlohmann::json environment = nlohmann::json::object();  ///< host, kernel, versions, time
  std::vector<VariantRecord> variants;                    ///< in the order they were begun
};

/// Reads a run directory, complete or not: a last line cut short by a kill is left out.
/// Throws UsageError if it is not a run directory, Error naming file and line if a line is not of its format.
RunRecord load_run_record(const std::filesystem::path& directory);

/// Lines of ledger.jsonl that are not a server's: a run's and a variant's beginning and end, and deliveries.
namespace run_event {
nlohmann::json run_begin(const nlohmann::json& environment, const std::vector<std::string>& variants);
nlohmann::json variant_begin(const std::string& variant, pid_t subject_pid);
nlohmann::json delivery(const std::string& variant, const DeliveryReading& reading);
nlohmann::json audit(const std::string& variant, const AuditFacts& facts);
nlohmann::json variant_end(const std::string& variant, Outcome outcome, const std::string& detail,
                           double wall_s, const std::optional<Look>& look = std::nullopt);
}  // namespace run_event

}  // namespace leakrig
