#include "harness/fake_sink/latency_histogram.h"

#include <algorithm>
#include <cmath>

namespace leakrig {
namespace {

constexpr double kNanosPerMicro = 1e3;
constexpr double kMicrosPerMilli = 1e3;

}  // namespace

void LatencyHistogram::add(Nanos latency) {
  const auto micros = std::max(1.0, static_cast<double>(latency.count()) / kNanosPerMicro);
  const auto index = static_cast<std::size_t>(std::log2(micros) * static_cast<double>(kPerOctave));
  ++buckets_[std::min(index, buckets_.size() - 1)];
  ++count_;
}

double LatencyHistogram::quantile_ms(double q) const {
  if (count_ == 0) return 0;
  const auto rank =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  std::size_t index = 0;
  for (; index + 1 < buckets_.size(); ++index) {
    seen += buckets_[index];
    if (seen >= rank) break;
  }
  // The middle of the bucket on the logarithmic scale.
  return std::exp2((static_cast<double>(index) + 0.5) / static_cast<double>(kPerOctave)) / kMicrosPerMilli;
}

}  // namespace leakrig
