#include "tests/bench/error_rates/rates.h"

#include <thread>

#include <fmt/format.h>

namespace leakrig::stats {

void Tally::add(Verdict verdict) {
  switch (verdict) {
    case Verdict::leak:
      ++leak;
      break;
    case Verdict::stable:
      ++stable;
      break;
    case Verdict::inconclusive:
      ++inconclusive;
      break;
  }
}

Tally tally(const Detector& detector, Cell cell, double leak_per_min, const CorpusOptions& options,
            const RatesPlan& plan) {
  std::vector<Tally> parts(plan.threads);
  {
    std::vector<std::jthread> workers;
    for (unsigned w = 0; w < plan.threads; ++w) {
      workers.emplace_back([&, w] {
        for (std::size_t i = w; i < plan.traces; i += plan.threads) {
          parts[w].add(detector.decide(make_trace(cell, leak_per_min, options, plan.seed, i)));
        }
      });
    }
  }
  Tally sum;
  for (const Tally& part : parts) {
    sum.leak += part.leak;
    sum.stable += part.stable;
    sum.inconclusive += part.inconclusive;
  }
  return sum;
}

std::string markdown_table(const Detector& detector, const std::vector<Cell>& cells,
                           const CorpusOptions& options, const RatesPlan& plan) {
  std::string out = fmt::format(
      "{}, {:g} minutes, {} traces a cell (percent)\n\n"
      "| cell | false leak | clean stable | clean inconclusive | 6/min found | 6/min false stable | 6/min "
      "inconclusive | "
      "30/min found | 30/min false stable |\n|---|---|---|---|---|---|---|---|---|\n",
      detector.name, options.minutes, plan.traces);
  for (const Cell cell : cells) {
    const Tally clean = tally(detector, cell, 0, options, plan);
    const Tally slow = tally(detector, cell, 6, options, plan);
    const Tally fast = tally(detector, cell, 30, options, plan);
    out += fmt::format("| {} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} | {:.2f} |\n",
                       to_string(cell), clean.percent(clean.leak), clean.percent(clean.stable),
                       clean.percent(clean.inconclusive), slow.percent(slow.leak), slow.percent(slow.stable),
                       slow.percent(slow.inconclusive), fast.percent(fast.leak), fast.percent(fast.stable));
  }
  return out;
}

}  // namespace leakrig::stats
