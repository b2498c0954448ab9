#include "harness/run/recorder.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "harness/core/error.h"
#include "harness/core/http_url.h"
#include "harness/core/whole_file.h"

namespace leakrig {
namespace {

std::string line_of(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

nlohmann::json document_without_logins(nlohmann::json document) {
  if (document.is_string()) return without_logins(document.get_ref<const std::string&>());
  if (document.is_structured()) {
    for (auto& part : document) part = document_without_logins(std::move(part));
  }
  return document;
}

RunRecorder::RunRecorder(std::filesystem::path directory, const nlohmann::json& scenario,
                         const nlohmann::json& environment, const std::vector<std::string>& variants)
    : directory_(std::move(directory)) {
  for (const char* name : {run_file::kSamples, run_file::kLedger, run_file::kScenario, run_file::kResult}) {
    if (!std::filesystem::exists(directory_ / name)) continue;
    throw UsageError(fmt::format("{}: holds {}; choose another --out, or remove it", directory_.string(),
                                 name == run_file::kSamples ? "a run already" : "a " + std::string{name}));
  }
  std::error_code ec;
  std::filesystem::create_directories(directory_, ec);
  if (ec) throw UsageError(fmt::format("{}: cannot be made: {}", directory_.string(), ec.message()));
  write_whole(directory_ / run_file::kScenario, document_without_logins(scenario).dump(2) + "\n");
  errno = 0;
  samples_.open(directory_ / run_file::kSamples);
  ledger_.open(directory_ / run_file::kLedger);
  if (!samples_ || !ledger_) {
    throw UsageError(fmt::format("{}: cannot be written: {}", directory_.string(),
                                 std::generic_category().message(errno)));
  }
  append_ledger(run_event::run_begin(document_without_logins(environment), variants));
  flush();
}

void RunRecorder::append_sample(const nlohmann::json& line) {
  const std::lock_guard lock(mutex_);
  errno = 0;
  samples_ << line_of(line) << std::flush;
  ledger_ << std::flush;
  check_written();
}

void RunRecorder::append_ledger(const nlohmann::json& line) {
  const std::lock_guard lock(mutex_);
  ledger_ << line_of(line);
}

void RunRecorder::rewrite(const nlohmann::json& scenario, const std::vector<Sample>& samples) {
  std::string text;
  for (const auto& sample : samples) text += line_of(to_json(sample));
  const std::lock_guard lock(mutex_);
  check_written();
  write_whole(directory_ / run_file::kSamples, text);
  write_whole(directory_ / run_file::kScenario, document_without_logins(scenario).dump(2) + "\n");
  samples_.close();
  samples_.open(directory_ / run_file::kSamples, std::ios::app);
}

void RunRecorder::flush() {
  const std::lock_guard lock(mutex_);
  samples_ << std::flush;
  ledger_ << std::flush;
}

void RunRecorder::check() const {
  const std::lock_guard lock(mutex_);
  check_written();
}

void RunRecorder::check_written() const {
  if (samples_ && ledger_) return;
  if (reason_ == 0) reason_ = errno;
  throw Error(fmt::format("{}: the run record cannot be written{}", directory_.string(),
                          reason_ == 0 ? "" : ": " + std::generic_category().message(reason_)));
}

VariantRecorder::VariantRecorder(RunRecorder& run, std::string variant, int replicate)
    : run_(run), variant_(std::move(variant)), replicate_(replicate) {}

nlohmann::json VariantRecorder::marked(nlohmann::json line) const {
  if (replicate_ > 1) line[kReplicateKey] = replicate_;
  return line;
}

void VariantRecorder::record(const Sample& sample) {
  run_.append_sample(marked(to_json(sample)));
}

void VariantRecorder::record(const LedgerEntry& entry) {
  const std::lock_guard lock(mutex_);
  if (origin_known_) {
    write(entry);
  } else {
    held_.push_back(entry);
  }
}

void VariantRecorder::write(LedgerEntry entry) {
  entry.variant = variant_;
  entry.t_s -= t0_s_;
  run_.append_ledger(marked(to_json(entry)));
}

void VariantRecorder::set_origin(double t0_s) {
  const std::lock_guard lock(mutex_);
  if (origin_known_) return;
  t0_s_ = t0_s;
  origin_known_ = true;
  for (const auto& entry : held_) write(entry);
  held_.clear();
}

void VariantRecorder::begin(pid_t subject_pid) {
  run_.append_ledger(marked(run_event::variant_begin(variant_, subject_pid)));
  run_.flush();
}

void VariantRecorder::deliver(const DeliveryReading& reading) {
  run_.append_ledger(marked(run_event::delivery(variant_, reading)));
}

void VariantRecorder::audit(const AuditFacts& facts) {
  run_.append_ledger(marked(run_event::audit(variant_, facts)));
}

void VariantRecorder::end(Outcome outcome, const std::string& detail, double wall_s,
                          const std::optional<Look>& look) {
  set_origin(0);  // if the subject never became ready, its ledger is kept all the same
  run_.append_ledger(marked(run_event::variant_end(variant_, outcome, detail, wall_s, look)));
  run_.flush();
}

}  // namespace leakrig
