#pragma once

#include <string>

#include "harness/probe/http_fetch.h"
#include "harness/probe/probe.h"

namespace leakrig {

/// A Go program through its net/http/pprof: the metric `goroutines`, and at rows the kind "goroutine" by
/// stack (see stack_label).
class GoroutineProbe final : public Probe {
 public:
  /// Which of the profile's forms to ask for. All stop the subject's goroutines for a moment.
  enum class Form {
    counts,    ///< ?debug=1: grouped by the subject, cheap to read
    stacks,    ///< ?debug=2 at rows, counts between: also tells the go statements; costs the subject more
    protobuf,  ///< no debug parameter: the smallest
  };

  /// `base` as scenarios have it: "http://127.0.0.1:6060", with or without "/debug/pprof/...".
  /// Throws UsageError if it is no http:// URL.
  explicit GoroutineProbe(const std::string& base, Form form = Form::counts, FetchLimits limits = {});

  std::string name() const override { return "pprof"; }
  bool read(Readings& values) override;
  bool read_row(Readings& values, Groups& groups) override;
  std::string problem() const override { return problem_; }

 private:
  bool read_from(HttpFetcher& fetcher, Form form, Readings& values, Groups* groups);

  Form form_;
  HttpFetcher plain_;
  HttpFetcher row_;
  std::string problem_;
};

}  // namespace leakrig
