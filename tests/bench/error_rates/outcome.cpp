#include "tests/bench/error_rates/outcome.h"

#include <cmath>
#include <thread>

#include <fmt/format.h>

namespace leakrig::stats {

namespace {

/// The rate at the end of the trace.
double true_rate(Cell cell, double leak_per_min) {
  return cell == Cell::leak_ends ? 0 : leak_per_min;
}

Verdict right_answer(double rate, const GrowthOptions& engine) {
  return rate > engine.tolerance_per_min ? Verdict::leak : Verdict::stable;
}

class Counter {
 public:
  Counter(Cell cell, double leak_per_min, const GrowthOptions& engine, const CorpusOptions& options,
          const RatesPlan& plan)
      : cell_(cell), leak_per_min_(leak_per_min), engine_(engine), options_(options), plan_(plan) {
    engine_.tolerance_per_min *= rate_unit_of(cell);
  }

  /// Traces number 2 `pair` and the one after it.
  void count(std::size_t pair, bool forecasts) {
    const Growth first = look_at(2 * pair, forecasts);
    const Growth second = look_at(2 * pair + 1, forecasts);
    const auto verdict = compare_rates(first, second, engine_.tolerance_per_min).verdict;
    ++result_.pairs;
    result_.worse += verdict == Comparison::worse ? 1 : 0;
    result_.improved += verdict == Comparison::improved ? 1 : 0;
  }
  const Outcome& result() const { return result_; }

 private:
  Growth look_at(std::size_t index, bool forecasts) {
    Growth growth = assess_growth(make_trace(cell_, leak_per_min_, options_, plan_.seed, index), engine_);
    const double rate = true_rate(cell_, leak_per_min_) * rate_unit_of(cell_);
    result_.tally.add(growth.verdict);
    result_.covered += growth.interval.low <= rate && rate <= growth.interval.high ? 1 : 0;
    if (forecasts && growth.minutes_to_decide && rate != engine_.tolerance_per_min) {
      CorpusOptions longer = options_;
      longer.minutes = std::ceil(*growth.minutes_to_decide);
      const Series trace = make_trace(cell_, leak_per_min_, longer, plan_.seed ^ 0x5eedU, index);
      ++result_.forecasts;
      result_.decided += assess_growth(trace, engine_).verdict == right_answer(rate, engine_) ? 1 : 0;
    }
    return growth;
  }

  Cell cell_;
  double leak_per_min_;
  GrowthOptions engine_;
  CorpusOptions options_;
  RatesPlan plan_;
  Outcome result_;
};

void add(const Outcome& part, Outcome& sum) {
  sum.tally.leak += part.tally.leak;
  sum.tally.stable += part.tally.stable;
  sum.tally.inconclusive += part.tally.inconclusive;
  sum.covered += part.covered;
  sum.pairs += part.pairs;
  sum.worse += part.worse;
  sum.improved += part.improved;
  sum.forecasts += part.forecasts;
  sum.decided += part.decided;
}

}  // namespace

Outcome outcome(Cell cell, double leak_per_min, const GrowthOptions& engine, const CorpusOptions& options,
                const RatesPlan& plan, bool forecasts) {
  std::vector<Counter> counters(plan.threads, Counter(cell, leak_per_min, engine, options, plan));
  {
    std::vector<std::jthread> workers;
    for (unsigned w = 0; w < plan.threads; ++w) {
      workers.emplace_back([&, w] {
        for (std::size_t pair = w; 2 * pair + 1 < plan.traces; pair += plan.threads)
          counters[w].count(pair, forecasts);
      });
    }
  }
  Outcome sum;
  for (const Counter& counter : counters) add(counter.result(), sum);
  return sum;
}

std::string outcome_head() {
  return "| cell | false `leak` | clean `stable` | false `stable` at 6/min | 6/min found | 30/min found | "
         "30/min `stable` | interval holds 2/min | 6/min | 30/min | pairs `worse` | `improved` | forecasts "
         "right |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n";
}

std::string outcome_row(Cell cell, const std::array<Outcome, kRates.size()>& outcomes) {
  const auto& [clean, same, slow, fast] = outcomes;
  const auto of = [](std::size_t count, std::size_t all) {
    return all == 0 ? std::string{"-"}
                    : fmt::format("{:.4g}", 100.0 * static_cast<double>(count) / static_cast<double>(all));
  };
  std::size_t pairs = 0;
  std::size_t worse = 0;
  std::size_t improved = 0;
  std::size_t forecasts = 0;
  std::size_t decided = 0;
  for (const Outcome& o : outcomes) {
    pairs += o.pairs;
    worse += o.worse;
    improved += o.improved;
    forecasts += o.forecasts;
    decided += o.decided;
  }
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", to_string(cell),
                     of(clean.tally.leak, clean.tally.total()), of(clean.tally.stable, clean.tally.total()),
                     of(slow.tally.stable, slow.tally.total()), of(slow.tally.leak, slow.tally.total()),
                     of(fast.tally.leak, fast.tally.total()), of(fast.tally.stable, fast.tally.total()),
                     of(same.covered, same.tally.total()), of(slow.covered, slow.tally.total()),
                     of(fast.covered, fast.tally.total()),
                     of(worse, pairs), of(improved, pairs), of(decided, forecasts));
}

}  // namespace leakrig::stats
