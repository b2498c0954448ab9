#include "harness/run/early_stop.h"

#include <algorithm>
#include <cmath>

#include "harness/core/units.h"

namespace leakrig {
namespace {

constexpr double kLookEvery_s = 15;
constexpr double kFirstLook_s = 60;        ///< before, a warm-up and a leak look alike
constexpr double kFewestReadings_s = 120;  ///< and a cycle and a leak, with the warm-up's readings

}  // namespace

int looks_of(Nanos duration) {
  return std::max(1, static_cast<int>(std::floor(to_seconds(duration) / kLookEvery_s)));
}

int look_at(double due_s, Nanos duration) {
  const double spacing = to_seconds(duration) / looks_of(duration);
  return std::clamp(static_cast<int>(std::floor(due_s / spacing + 1e-9)), 0, looks_of(duration));
}

int first_look(const SamplingConfig& sampling) {
  const int looks = looks_of(sampling.duration);
  const double spacing = to_seconds(sampling.duration) / looks;
  const double wait_s = std::max(kFirstLook_s, kFewestReadings_s - to_seconds(sampling.warmup));
  return std::clamp(static_cast<int>(std::ceil(wait_s / spacing - 1e-9)), 1, looks);
}

EarlyStop::EarlyStop(const Variant& variant, const StopRule& rule) : variant_(variant), rule_(rule) {
  if (rule_) worker_ = std::jthread{[this](const std::stop_token& stop) { work(stop); }};
}

EarlyStop::~EarlyStop() = default;

void EarlyStop::add(const Sample& sample) {
  if (!rule_) return;
  const std::lock_guard lock(mutex_);
  samples_.push_back(sample);
  const Nanos duration = variant_.sampling.duration;
  const int look = look_at(sample.due_s, duration);
  if (look < first_look(variant_.sampling) || look <= due_ || look >= looks_of(duration)) return;
  due_ = look;
  due_samples_ = samples_.size();
  due_s_ = sample.due_s;
  due_changed_.notify_one();
}

std::optional<Look> EarlyStop::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

std::optional<Look> EarlyStop::last() const {
  const std::lock_guard lock(mutex_);
  const Nanos duration = variant_.sampling.duration;
  if (!looked_) return std::nullopt;
  return look_of(looks_of(duration), to_seconds(duration));
}

Look EarlyStop::look_of(int look, double t_s) const {
  return {look, looks_of(variant_.sampling.duration), t_s, first_look(variant_.sampling)};
}

void EarlyStop::work(const std::stop_token& stop) {
  int done = 0;
  std::unique_lock lock(mutex_);
  // A look that comes while another is being judged waits; if several do, the last is taken: leaving looks
  // out is no error, their share of it is merely not spent.
  while (due_changed_.wait(lock, stop, [&] { return due_ > done; })) {
    done = due_;
    const Look look = look_of(done, due_s_);
    const std::vector<Sample> so_far(samples_.begin(),
                                     samples_.begin() + static_cast<std::ptrdiff_t>(due_samples_));
    lock.unlock();
    const std::optional<bool> sure = rule_(variant_, so_far, look);
    lock.lock();
    if (!sure) return;
    looked_ = true;
    if (!*sure) continue;
    stopped_ = look;
    return;
  }
}

}  // namespace leakrig
