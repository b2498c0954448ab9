#include "harness/collector/cadence.h"

namespace leakrig {

Cadence::TimePoint Cadence::next_after(TimePoint now) const {
  if (now < first_) return first_;
  return first_ + every_ * ((now - first_) / every_ + 1);
}

double even_phase(std::size_t index) {
  double phase = 0;
  for (double digit = 0.5; index != 0; index >>= 1U, digit /= 2) {
    if ((index & 1U) != 0) phase += digit;
  }
  return phase;
}

}  // namespace leakrig
