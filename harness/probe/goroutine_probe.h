#pragma once

#include <string>

#include "harness/probe/http_fetch.h"
#include "harness/probe/probe.h"

namespace leakrig {

struct GoroutineProbeOptions {
  /// Which of the profile's forms to ask for. All stop the subject's goroutines for a moment.
  enum class Form {
    /// ?debug=1: grouped by the subject, cheap to read.
    counts,
    /// ?debug=2 at rows, counts between: also tells the go statements; costs the subject more. Where
    /// it cannot be read whole (of ten thousands of goroutines), counts at rows too.
    stacks,
    /// No debug parameter: the smallest.
    protobuf,
  };
  Form form = Form::counts;
  /// At rows also the kind "goroutineleak": goroutines that can never wake up again, where the subject has
  /// Go's profile of that name (Go 1.26, built with GOEXPERIMENT=goroutineleakprofile). Evidence, never a
  /// count: a leaked goroutine that waits for the network is not among them. Each asking makes the subject
  /// collect its garbage.
  bool leak_profile = false;
  FetchLimits limits = {};
};

/// A Go program through its net/http/pprof: the metric `goroutines`, and at rows the kind "goroutine" by
/// stack (see stack_label); of the form `stacks` also the kind "goroutine_wait", the whole minutes for which
/// the longest of a group has been blocked.
class GoroutineProbe final : public Probe {
 public:
  using Form = GoroutineProbeOptions::Form;

  /// `base` as scenarios have it: "http://127.0.0.1:6060", with or without "/debug/pprof/...".
  /// Throws UsageError if it is no http:// URL.
  explicit GoroutineProbe(const std::string& base, GoroutineProbeOptions options = {});

  std::string name() const override { return "pprof"; }
  bool read(ProbeValues& values) override;
  bool read_row(ProbeValues& values, Groups& groups) override;
  std::string problem() const override { return problem_; }

 private:
  bool read_profile(Form form, ProbeValues& values, Groups* groups);
  void read_leaks(Groups& groups);

  Form form_;
  bool leak_profile_;
  std::string directory_;  ///< the path up to the profile's name
  HttpFetcher fetcher_;
  std::string problem_;
};

}  // namespace leakrig
