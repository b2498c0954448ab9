#include "harness/run/recorder.h"

#include <fmt/format.h>

#include <system_error>

#include "harness/core/error.h"

namespace leakrig {
namespace {

std::string line_of(const nlohmann::json& object) {
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

RunRecorder::RunRecorder(std::filesystem::path directory, const nlohmann::json& scenario,
                         const nlohmann::json& environment, const std::vector<std::string>& variants)
    : directory_(std::move(directory)) {
  if (std::filesystem::exists(directory_ / run_file::kSamples)) {
    throw UsageError(
        fmt::format("{}: holds a run already; choose another --out, or remove it", directory_.string()));
  }
  std::error_code ec;
  std::filesystem::create_directories(directory_, ec);
  std::ofstream scenario_file(directory_ / run_file::kScenario);
  scenario_file << scenario.dump(2) << "\n";
  samples_.open(directory_ / run_file::kSamples);
  ledger_.open(directory_ / run_file::kLedger);
  if (!scenario_file || !samples_ || !ledger_) {
    throw UsageError(
        fmt::format("{}: cannot be written{}", directory_.string(), ec ? ": " + ec.message() : ""));
  }
  append_ledger(run_event::run_begin(environment, variants));
  flush();
}

void RunRecorder::append_sample(const nlohmann::json& line) {
  const std::lock_guard lock(mutex_);
  samples_ << line_of(line) << std::flush;
  ledger_ << std::flush;
}

void RunRecorder::append_ledger(const nlohmann::json& line) {
  const std::lock_guard lock(mutex_);
  ledger_ << line_of(line);
}

void RunRecorder::rewrite(const nlohmann::json& scenario, const std::vector<Sample>& samples) {
  std::string text;
  for (const auto& sample : samples) text += line_of(to_json(sample));
  const std::lock_guard lock(mutex_);
  replace_file(run_file::kSamples, text);
  replace_file(run_file::kScenario, scenario.dump(2) + "\n");
  if (!samples_) return;  // check() tells
  samples_.close();
  samples_.open(directory_ / run_file::kSamples, std::ios::app);
}

void RunRecorder::replace_file(const char* name, const std::string& text) {
  const auto file = directory_ / name;
  const auto partial = file.string() + ".partial";
  std::ofstream out(partial, std::ios::binary);
  out << text << std::flush;
  std::error_code ec;
  if (out) std::filesystem::rename(partial, file, ec);
  if (!out || ec) samples_.setstate(std::ios::failbit);
}

void RunRecorder::flush() {
  const std::lock_guard lock(mutex_);
  samples_ << std::flush;
  ledger_ << std::flush;
}

void RunRecorder::check() const {
  const std::lock_guard lock(mutex_);
  if (!samples_ || !ledger_)
    throw Error(fmt::format("{}: the run record could not be written in full", directory_.string()));
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

void VariantRecorder::end(Outcome outcome, const std::string& detail, double wall_s,
                          const std::optional<Look>& look) {
  set_origin(0);  // if the subject never became ready, its ledger is kept all the same
  run_.append_ledger(marked(run_event::variant_end(variant_, outcome, detail, wall_s, look)));
  run_.flush();
}

}  // namespace leakrig
