#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leakrig::stats {

/// What the evidence says of one metric's growth against the tolerance.
enum class Verdict {
  leak,          ///< the rate's interval lies above the tolerance
  stable,        ///< it lies below
  inconclusive,  ///< it straddles the tolerance, or two methods disagree
};
std::string_view to_string(Verdict verdict);

/// A metric's readings over time. All vectors have the same length; times are minutes from T+0, ascending.
struct Series {
  std::vector<double> minutes;
  std::vector<double> values;
  /// Containers that should have been running at each reading; empty: not known, no load adjustment.
  std::vector<double> containers;
  /// Period of a known cycle, in minutes.
  std::optional<double> cycle_minutes = {};
  /// Minutes at which evidence (a new pid, another start time, an uptime that fell) says that another life of
  /// the program begins, ascending; a reading at such a minute is the new life's. Empty: no such evidence.
  std::vector<double> life_starts = {};
};

struct GrowthOptions {
  double tolerance_per_min = 2;  ///< the rate below which growth does not matter; >= 0
  /// Of the interval. In (0.5, 1). That a `leak` is growth at all is held to `doubt_of_growth` besides.
  double confidence = 0.80;
  /// Share of the interval's error that lies below it, in (0, 1).
  double share_below = 0.7;
  /// A `leak` needs growth that would by chance come with at most this probability. Measured error rates:
  /// tests/bench/error_rates.
  double doubt_of_growth = 0.00015;
  /// How much of the planned run the readings cover, in (0, 1]. Early, a warm-up that the whole run would
  /// show may still look like a leak: the smaller the share, the slower the warm-ups that are thought
  /// possible.
  double share_of_run = 1;
  /// What one leaked thing adds to the values: a leak adds such steps at random. 0: growth is smooth.
  double leaked_unit = 1;
  /// Other evidence says that what leaks comes by a clock (a loop's requests, as a server saw them), so that leaks are
  /// more even than chance would make them. The readings may overrule it.
  bool leaks_by_clock = false;
  bool in_bytes = false;  ///< how reasons say amounts; no effect on the verdict
  /// What reasons tell rates for: empty a minute, else 1,000 of this counter ("requests"), and so are the series' minutes.
  std::string per = {};
  /// The values are the memory of a heap that is collected or trimmed now and then: what grows is the floor
  /// that it falls back to.
  bool collected_heap = false;
};

/// A two-sided interval of the rate that people see: as much error below it as above it. The verdict has its
/// own thresholds.
struct Interval {
  double low = 0;
  double high = 0;
  double level = 0.95;
};

/// How fast one metric grows, and what that means.
struct Growth {
  Verdict verdict = Verdict::inconclusive;
  double rate_per_min = 0;
  double ci_low = 0;
  double ci_high = 0;
  double confidence = 0.80;
  double share_below = 0.7;          ///< of the interval's error
  double doubt_of_growth = 0.00015;  ///< what `p_no_growth` was held to
  double standard_error = 0;         ///< of the rate
  Interval interval;                 ///< to be shown; the rate is its middle, not its centre
  double p_within_tolerance = 1;     ///< probability that the rate is at most the tolerance
  double p_no_growth = 1;            ///< probability that nothing grows
  double tolerance_per_min = 2;      ///< what the rate was held against
  double span_minutes = 0;           ///< from the first reading to the last
  std::size_t lives = 1;             ///< of the program, by evidence or by falls to the start
  /// What decided, what stood in the way: whole sentences without a full stop, most important first.
  std::vector<std::string> reasons;
  /// What was taken out before the rate was estimated: "containers", "cycle of 60 s", "warm-up", "step at 2.5
  /// min".
  std::vector<std::string> adjusted_for;
  double warmup_minutes = 0;  ///< length of the start that was judged to be warm-up
  std::size_t points_used = 0;
  /// A leak that reached a ceiling: growth until then, none after. The verdict is about what came after.
  std::optional<double> plateau_from_minutes;
  std::optional<double> plateau_level;
  /// Set where the verdict is inconclusive: the length of run, in minutes, that would likely decide.
  std::optional<double> minutes_to_decide;
};

/// The rate of a series with its interval, and the verdict. Throws std::invalid_argument for vectors of
/// different lengths, times that do not ascend, values that are not finite and options out of range; fewer
/// than 4 readings are `inconclusive`, not an error. Pure; any thread.
Growth assess_growth(const Series& series, const GrowthOptions& options);

/// A difference of two rates.
enum class Comparison { identical, improved, worse, inconclusive };
std::string_view to_string(Comparison comparison);

struct RateDifference {
  Comparison verdict = Comparison::inconclusive;
  double difference_per_min = 0;  ///< variant minus baseline
  double ci_low = 0;
  double ci_high = 0;
  double confidence = 0.95;   ///< of the two-sided interval
  double margin_per_min = 0;  ///< what counts as no difference
};

/// Two one-sided tests (Schuirmann, Journal of Pharmacokinetics and Biopharmaceutics 15, 1987) at 95 %
/// confidence: `identical` when the interval of the difference lies inside
/// +-max(tolerance, 10 % of the reference's rate); `improved` or `worse` when the estimate is outside that
/// margin and no difference is excluded at 1 % on its side; else `inconclusive`.
RateDifference compare_rates(const Growth& baseline, const Growth& variant, double tolerance_per_min);

}  // namespace leakrig::stats
