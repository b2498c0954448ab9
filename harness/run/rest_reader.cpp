#include "harness/run/rest_reader.h"

#include <algorithm>
#include <utility>

#include "harness/core/clock.h"

namespace leakrig {
namespace {

constexpr int kAlike = 3;
constexpr int kTriesForRow = 4;

/// The counts that are to come to rest: of goroutines where there are any, for Go keeps threads as it likes.
std::map<std::string, double> counts_of(const Sample& sample) {
  std::map<std::string, double> counts;
  const bool has_goroutines = sample.values.contains(metric::kGoroutines);
  for (const char* name :
       {has_goroutines ? metric::kGoroutines : metric::kThreads, metric::kSockets, metric::kFds, metric::kProcesses}) {
    if (const auto found = sample.values.find(name); found != sample.values.end()) counts[name] = found->second;
  }
  return counts;
}

bool is_above(const std::map<std::string, double>& counts, const std::map<std::string, double>& before) {
  return std::any_of(counts.begin(), counts.end(), [&](const auto& each) {
    const auto found = before.find(each.first);
    return found != before.end() && each.second > found->second;
  });
}

double total(const std::map<std::string, double>& counts) {
  double sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

}  // namespace

RestReader::RestReader(std::vector<Probe*> probes, Waiter& waiter, const Clock& clock, AuditPace pace)
    : probes_(std::move(probes)), waiter_(waiter), clock_(clock), pace_(pace) {}

std::optional<Sample> RestReader::look(bool with_groups) {
  Sample sample;
  for (auto* probe : probes_) {
    if (with_groups) {
      probe->read_row(sample.values, sample.groups);
    } else {
      probe->read(sample.values);
    }
  }
  return counts_of(sample).empty() ? std::nullopt : std::optional{std::move(sample)};
}

std::optional<Sample> RestReader::read() {
  const Nanos deadline = clock_.monotonic() + pace_.rest;
  std::map<std::string, double> last;
  for (int alike = 0;;) {
    const auto now = look(false);
    if (!now) return std::nullopt;
    const auto counts = counts_of(*now);
    alike = counts == last ? alike + 1 : 1;
    last = counts;
    if (alike >= kAlike && !is_above(counts, last_rest_)) break;
    if (clock_.monotonic() >= deadline) break;
    if (!waiter_.wait_until(clock_.monotonic() + pace_.gap)) return std::nullopt;
  }
  // What the counts are made of costs a reading more, which may fall on a busy moment.
  std::optional<Sample> best;
  for (int attempt = 0; attempt < kTriesForRow; ++attempt) {
    auto row = look(true);
    if (!row) break;
    const double sum = total(counts_of(*row));
    if (!best || sum < total(counts_of(*best))) best = std::move(row);
    if (sum <= total(last)) break;
    if (!waiter_.wait_until(clock_.monotonic() + pace_.gap)) break;
  }
  if (best) last_rest_ = counts_of(*best);
  return best;
}

}  // namespace leakrig
