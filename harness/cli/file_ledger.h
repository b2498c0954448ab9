#pragma once

#include <atomic>
#include <fstream>
#include <string>

#include "harness/core/ledger.h"

namespace leakrig {

/// The ledger as JSON Lines behind what the file holds, if a file is asked for. Called from the serving
/// thread, and asked when that has ended.
class FileLedger final : public LedgerSink {
 public:
  /// `path`: empty for none. Throws Error where it cannot be written.
  explicit FileLedger(const std::string& path);
  /// Says once, on standard error, when the file takes no more.
  void record(const LedgerEntry& entry) override;
  bool failed() const { return failed_; }

 private:
  std::string path_;
  std::ofstream file_;
  std::atomic<bool> failed_ = false;
};

}  // namespace leakrig
