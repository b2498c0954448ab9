#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace leakrig {

/// One line of a Prometheus or OpenMetrics exposition. The views are valid during the call that hands it
/// over.
struct MetricSeries {
  std::string_view name;
  std::map<std::string, std::string> labels;
  double value = 0;
};

/// What of a text was passed over.
struct SkippedLines {
  std::size_t count = 0;
  std::string first;  ///< "line 3 is \"...\"", of the first
};

/// Calls back with each series of a text exposition, Prometheus's or OpenMetrics': comments, time stamps and
/// exemplars are passed over, and lines that are not of the format are counted. Pure; takes any input, and
/// throws Error naming the first line that is not of the format where no line is.
SkippedLines parse_metrics(std::string_view text, const std::function<void(const MetricSeries&)>& found);

/// Which series to read: `go_goroutines`, or `conns{state="idle"}` for those of that name that carry at least
/// these labels.
struct MetricSelector {
  std::string name;
  std::map<std::string, std::string> labels;
  bool matches(const MetricSeries& series) const;
};

/// Nothing if it is not of that form.
std::optional<MetricSelector> parse_metric_selector(std::string_view text);

/// `{state="idle",zone="a"}`; "{}" for none.
std::string format_labels(const std::map<std::string, std::string>& labels);

}  // namespace leakrig
