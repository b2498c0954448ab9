#pragma once

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "leakrig/census.h"
#include "leakrig/residue.h"

namespace leakrig::testkit {

/// What grew with the calls, a metric each: threads, descriptors, sockets, children, heap bytes.
struct Growth {
  struct Metric {
    std::string name;
    std::vector<double> counts;  ///< at rest: before the first call, and after each
    Residue residue;
  };
  std::vector<Metric> metrics;

  bool leaks() const {
    return std::any_of(metrics.begin(), metrics.end(),
                       [](const Metric& metric) { return metric.residue.verdict == GrowthVerdict::leak; });
  }
  /// Throws std::out_of_range where there is no such metric.
  const Metric& of(const std::string& name) const {
    for (const Metric& metric : metrics) {
      if (metric.name == name) return metric;
    }
    throw std::out_of_range("leakrig: growth_per_call counts no \"" + name + "\"");
  }
  /// A line for each metric that grew or might: "threads: leak, 1 a call (95 % 1 to 1), 3 before, 53 after 50
  /// calls".
  std::string describe() const {
    std::string text;
    for (const Metric& metric : metrics) {
      const Residue& residue = metric.residue;
      if (residue.verdict == GrowthVerdict::stable) continue;
      char line[256];
      std::snprintf(line, sizeof line,
                    "%s: %s, %.4g a call (95 %% %.4g to %.4g), %.10g before, %.10g after %zu calls\n",
                    metric.name.c_str(), to_string(residue.verdict), residue.per_call, residue.low,
                    residue.high, metric.counts.front(), metric.counts.back(), metric.counts.size() - 1);
      text += line;
    }
    return text.empty() ? "nothing grew with the calls" : text.substr(0, text.size() - 1);
  }
};

struct GrowthOptions {
  /// So long the counts of one call may take to come back to where they were.
  std::chrono::milliseconds rest{20};
  /// Bytes of heap that a call may leave. Malloc's blocks are multiples of 16.
  double heap_tolerance = 8;
};

namespace detail {

inline double heap_bytes() {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 33))
  const struct mallinfo2 heap = ::mallinfo2();
  return static_cast<double>(heap.uordblks) + static_cast<double>(heap.hblkhd);
#else
  return 0;
#endif
}

/// Threads, descriptors, sockets, children.
inline std::vector<double> counts_now() {
  std::vector<double> counts(4);
  for (const Item& item : Census::things()) counts[static_cast<std::size_t>(item.kind)] += 1;
  return counts;
}

}  // namespace detail

/// Calls `f` n times and says what each call leaves behind. After each call it waits until threads,
/// descriptors, sockets and children are no more than before it, or the rest is over. Heap bytes are what
/// malloc counts in all its arenas (glibc 2.33 on; not under a sanitizer). 24 calls at least, 50 are plenty
/// for what every call leaves; what every tenth leaves wants 200.
template <typename Function>
Growth growth_per_call(Function&& f, int n, const GrowthOptions& options = {}) {
  constexpr const char* kNames[] = {"threads", "descriptors", "sockets", "children"};
  constexpr std::size_t kThings = std::size(kNames);
  Growth growth;
  for (const char* name : kNames) growth.metrics.push_back({name, {}, {}});
  growth.metrics.push_back({"heap bytes", {}, {}});
  // The record must not grow while the heap is looked at.
  for (Growth::Metric& metric : growth.metrics)
    metric.counts.reserve(static_cast<std::size_t>(std::max(n, 0)) + 1);
  std::vector<double> counts = detail::counts_now();
  const auto keep = [&] {
    for (std::size_t i = 0; i < kThings; ++i) growth.metrics[i].counts.push_back(counts[i]);
    growth.metrics[kThings].counts.push_back(detail::kSanitized ? 0 : detail::heap_bytes());
  };
  keep();
  for (int call = 0; call < n; ++call) {
    const std::vector<double> before = counts;
    f();
    const auto deadline = std::chrono::steady_clock::now() + options.rest;
    std::chrono::nanoseconds pause{50'000};
    const auto above = [&] {
      counts = detail::counts_now();
      for (std::size_t i = 0; i < kThings; ++i) {
        if (counts[i] > before[i]) return true;
      }
      return false;
    };
    while (above() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(pause);
      pause *= 2;
    }
    keep();
  }
  for (Growth::Metric& metric : growth.metrics) {
    const double one_in_all = n > 0 ? 1.0 / n : 0;
    metric.residue =
        residue_of(metric.counts, metric.name == "heap bytes" ? options.heap_tolerance : one_in_all);
  }
  return growth;
}

}  // namespace leakrig::testkit
