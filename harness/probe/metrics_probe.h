#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/probe/http_fetch.h"
#include "harness/probe/metrics_text.h"
#include "harness/probe/probe.h"

namespace leakrig {

/// Any number that a program serves over HTTP: Prometheus or OpenMetrics text, or JSON such as Go's expvar;
/// which of them is told by the answer. Several series that match one selector are summed, and at rows are
/// the groups of a kind named as the metric in the singular; series that are NaN are left out of the sum, and
/// problem() says so, as it does of lines that are not of the format. A metric that is not in the answer, or
/// is not a finite number, is a gap. process_start_time_seconds is read along where it is served.
class MetricsProbe final : public Probe {
 public:
  /// `metrics`: what to read -> the metric's name in the samples. To read is a MetricSelector, or for JSON a
  /// pointer
  /// ("/memstats/HeapObjects", or a top-level name without the slash).
  /// Throws UsageError if the URL or one of them is none.
  MetricsProbe(const std::string& url, const std::map<std::string, std::string>& metrics,
               FetchLimits limits = {});

  std::string name() const override { return "metrics"; }
  bool read(ProbeValues& values) override { return read_all(values, nullptr); }
  bool read_row(ProbeValues& values, Groups& groups) override { return read_all(values, &groups); }
  std::string problem() const override { return problem_; }

 private:
  struct Wanted {
    std::string text;  ///< as given
    MetricSelector selector;
    std::string pointer;  ///< into JSON
    std::string metric;
  };

  bool read_all(ProbeValues& values, Groups* groups);
  void read_text(const std::string& body, ProbeValues& values, Groups* groups);
  void read_json(const std::string& body, ProbeValues& values) const;

  std::string url_;
  std::vector<Wanted> wanted_;
  HttpFetcher fetcher_;
  std::string problem_;
};

}  // namespace leakrig
