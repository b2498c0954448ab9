#include "harness/fake_sink/sink_fault.h"

#include <fmt/format.h>


#include "harness/core/error.h"
#include "harness/core/text_fields.h"
#include "harness/core/units.h"

namespace leakrig {
namespace {

std::optional<int> number_in(std::string_view text, int least, int most) {
  const auto number = whole_number<int>(text);
  return number && *number >= least && *number <= most ? number : std::nullopt;
}

}  // namespace

SinkFault parse_sink_fault(std::string_view text) {
  const auto colon = text.find(':');
  const auto word = text.substr(0, colon);
  const auto argument = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  SinkFault fault;
  if (word == "slow" && !argument.empty()) {
    fault.kind = SinkFault::Kind::slow;
    const auto delay = parse_duration(argument);
    if (!delay) throw UsageError(fmt::format("fault {}: {} is no duration such as 2s", text, argument));
    fault.delay = *delay;
    return fault;
  }
  if (colon == std::string_view::npos) {
    if (word == "silent") return {SinkFault::Kind::silent, 0, 0, Nanos{0}};
    if (word == "reset") return {SinkFault::Kind::reset, 0, 0, Nanos{0}};
    if (word == "away") return {SinkFault::Kind::away, 0, 0, Nanos{0}};
  }
  const auto status = number_in(word, 400, 599);
  const auto retry = colon == std::string_view::npos ? std::optional{0} : number_in(argument, 1, 86400);
  if (!status || !retry) {
    throw UsageError(fmt::format("fault {}: give a status from 400 to 599, with \":SECONDS\" for Retry-After, "
                                 "\"slow:2s\", \"silent\", \"reset\" or \"away\"",
                                 text));
  }
  fault.status = *status;
  fault.retry_after_s = *retry;
  return fault;
}

void FaultGate::set(std::optional<SinkFault> fault, std::uint64_t times) {
  const std::lock_guard lock{mutex_};
  fault_ = fault;
  left_ = times;
  changed_.notify_all();
}

FaultGate::Passage FaultGate::pass() {
  std::unique_lock lock{mutex_};
  if (fault_ && left_ == 0) return {};
  if (fault_) {
    --left_;
    ++hits_;
  }
  if (fault_ && fault_->kind == SinkFault::Kind::slow && !ending_) {
    changed_.wait_for(lock, fault_->delay, [&] { return ending_; });
    return {};
  }
  changed_.wait(lock, [&] { return ending_ || !fault_ || fault_->kind != SinkFault::Kind::silent; });
  if (!fault_ || ending_ || fault_->kind == SinkFault::Kind::slow) return {};
  return {fault_->kind == SinkFault::Kind::status ? Outcome::refuse : Outcome::reset, *fault_};
}

std::uint64_t FaultGate::hits() const {
  const std::lock_guard lock{mutex_};
  return hits_;
}

bool FaultGate::is_away() const {
  const std::lock_guard lock{mutex_};
  return fault_ && fault_->kind == SinkFault::Kind::away;
}

void FaultGate::open_for_good() {
  const std::lock_guard lock{mutex_};
  ending_ = true;
  changed_.notify_all();
}

}  // namespace leakrig
