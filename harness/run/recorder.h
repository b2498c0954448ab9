#pragma once

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/core/ledger.h"
#include "harness/core/run_record.h"
#include "harness/core/sample.h"

namespace leakrig {

/// `document` without the users and passwords of the URLs in its texts.
nlohmann::json document_without_logins(nlohmann::json document);

/// Appends to a run directory as things happen; several variants may write at once (each call is one line
/// under a mutex). Lines reach the kernel with each sample, so that a killed rig loses none that was taken.
class RunRecorder {
 public:
  /// Creates `directory` with scenario.json, and empty samples.jsonl and ledger.jsonl. Throws UsageError if
  /// it holds a run already, or a file of a name that a run needs, or cannot be made.
  RunRecorder(std::filesystem::path directory, const nlohmann::json& scenario,
              const nlohmann::json& environment, const std::vector<std::string>& variants);

  const std::filesystem::path& directory() const { return directory_; }
  /// A sample as a line; everything reaches the kernel with it. Throws Error as soon as anything so far could
  /// not be written (a full disk): a run that cannot be recorded need not go on.
  void append_sample(const nlohmann::json& line);
  void append_ledger(const nlohmann::json& line);
  /// Puts other samples, and a scenario that describes them, in the place of those so far; each file is whole
  /// at any moment.
  void rewrite(const nlohmann::json& scenario, const std::vector<Sample>& samples);
  void flush();
  /// Throws Error if anything could not be written (a full disk); a report must not be made from half a
  /// record.
  void check() const;

 private:
  void check_written() const;

  std::filesystem::path directory_;
  mutable std::mutex mutex_;
  std::ofstream samples_;
  std::ofstream ledger_;
  mutable int reason_ = 0;  // under mutex_: why a write failed
};

/// One replicate of a variant's side of the recorder: names it in every line, and shifts the servers'
/// scenario time so that 0 is T+0. Until T+0 is known (the subject is still starting) ledger entries are held
/// back. Called from several threads.
class VariantRecorder final : public SampleSink, public LedgerSink {
 public:
  VariantRecorder(RunRecorder& run, std::string variant, int replicate = 1);

  void record(const Sample& sample) override;
  void record(const LedgerEntry& entry) override;
  /// T+0 in the servers' scenario seconds. Writes what was held back.
  void set_origin(double t0_s);
  void begin(pid_t subject_pid);
  void deliver(const DeliveryReading& reading);
  void audit(const AuditFacts& facts);
  void end(Outcome outcome, const std::string& detail, double wall_s,
           const std::optional<Look>& look = std::nullopt);

 private:
  void write(LedgerEntry entry);
  /// The line with its replicate, which the first does without.
  nlohmann::json marked(nlohmann::json line) const;

  RunRecorder& run_;
  std::string variant_;
  int replicate_;
  std::mutex mutex_;
  bool origin_known_ = false;
  double t0_s_ = 0;
  std::vector<LedgerEntry> held_;
};

}  // namespace leakrig
