#include "harness/cli/file_ledger.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>

#include "harness/core/error.h"
#include "harness/core/say.h"

namespace leakrig {

FileLedger::FileLedger(const std::string& path) : path_(path) {
  if (path.empty()) return;
  file_.open(path, std::ios::app);
  if (!file_) throw Error(fmt::format("cannot write the ledger {}: {}", path, std::strerror(errno)));
}

void FileLedger::record(const LedgerEntry& entry) {
  if (!file_.is_open() || failed_) return;
  errno = 0;
  file_ << to_json(entry).dump() << std::endl;
  if (file_) return;
  failed_ = true;
  say(stderr, "leakrig: the ledger {} cannot be written any more: {}\n", path_, std::strerror(errno));
}

}  // namespace leakrig
