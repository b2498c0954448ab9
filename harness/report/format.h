#pragma once

#include <string>
#include <string_view>

#include "harness/analysis/analysis.h"
#include "harness/core/metrics.h"

namespace leakrig {

/// A value of a metric: "1,234", or "57.3 MiB" for bytes.
std::string count_text(const MetricAnalysis& metric, double value);
/// The same with its sign: "+161", "-4", "+0".
std::string growth_text(const MetricAnalysis& metric, double value);
/// A rate of the metric: "32.2/min", "1.4 MiB/min".
std::string rate_text(const MetricAnalysis& metric, double rate_per_min);
/// A table row's rate, truncated to whole units: "32", "1.4 MiB"; "-" where it has none.
std::string row_rate_text(const MetricAnalysis& metric, const stats::GrowthRow& row);
/// A difference of rates or an end of its interval: "+0.3", "-1.2", and "+0.0" for what rounds to nothing.
std::string signed_text(double per_min);
/// A time in a table: "T+5" for whole minutes, else "T+10s", "T+1m30s".
std::string mark_text(double minute);
/// The rate and its interval: "32.2/min (95 % 31.6 to 32.8)"; "no estimate" from too few readings.
std::string estimate_text(const MetricAnalysis& metric);
/// The same of one replicate of the metric.
std::string estimate_text(const MetricAnalysis& metric, const ReplicateAnalysis& replicate);
/// "Threads", "Resident memory": a metric's name at the head of a column.
std::string metric_title(const std::string& name);
/// "threads", "resident memory": within a sentence.
std::string metric_noun(const std::string& name);
/// "5 minutes", "1 minute", "2.5 minutes", "30 seconds".
std::string minutes_text(double minutes);
/// Of a time that is an estimate, rounded up: "3 minutes".
std::string about_minutes_text(double minutes);
/// A share of 1: "0.3 %", with so many digits.
std::string share_text(double share, int digits = 0);
/// "p < 0.001", "p = 0.012".
std::string p_text(double p);
/// "12.3 ms" of seconds.
std::string milliseconds_text(double seconds, int digits);
/// "1 container", "1,234 containers"; `plural` where it is not the singular with an "s".
std::string counted(double count, std::string_view singular, std::string_view plural = "");
/// A mean number of things: "1 goroutine" of 0.98, "0.5 sockets".
std::string near_whole_text(double value, const MetricInfo& info);
/// The axis of a chart of a metric, and a number on it: memory in MiB, what else is counted as it is.
std::string axis_title(const std::string& name);
std::string axis_number(const std::string& name, double value);
/// "90 %", "99 %", "99.99 %" at most of what is not certain.
std::string percent_text(double fraction);
/// A message from outside within a sentence: printable, what would be a mark behind a backslash, so that
/// "(*persistConn)" stays what it is; plain_text() takes the backslashes away again.
std::string inline_text(std::string_view text);
/// A name from outside in backticks, made harmless: no line breaks, backticks, pipes or control characters,
/// at most `longest` characters.
std::string code(std::string_view name, std::size_t longest = 120);

}  // namespace leakrig
