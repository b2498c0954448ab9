#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "harness/probe/http_fetch.h"
#include "harness/probe/probe.h"

namespace leakrig {

/// Objects that live, by who allocated them: "SITE <- CALLER <- CALLER : LEAF : 416 B". The chain is that of the
/// subject's own frames, the innermost first, each "main.(*pool).get (/src/app/pool.go:40)"; Go's library and
/// the modules that the subject uses are folded, and `LEAF` is the innermost of the folded (or of all, where
/// none was), which with the size of the object tells objects of one chain apart. Where Go's HTTP client called
/// SITE, as it does a dialer or a RoundTripper, " : for a request" follows. Stacks without a frame of the
/// subject name nobody and are left out.
using LiveObjects = std::map<std::string, std::int64_t>;

/// Reads Go's heap profile (profile.proto with "inuse_objects"). Pure; throws Error saying what is wrong with
/// it.
LiveObjects parse_heap_profile(std::string_view bytes);

/// The heap of a Go program through its net/http/pprof, at table rows: the kind "allocation", what each group
/// of LiveObjects has grown by since the first row, groups that changed by less than two objects left out, those
/// that changed most where there are too many.
/// Meaningful where every allocation is sampled, GODEBUG=memprofilerate=1. Each asking makes the subject
/// collect its garbage, as the profile is of the objects that survived the last collection.
class HeapProbe final : public Probe {
 public:
  /// `base` as GoroutineProbe takes it. Throws UsageError if it is no http:// URL.
  explicit HeapProbe(const std::string& base, FetchLimits limits = {});

  std::string name() const override { return "heap profile"; }
  bool read(ProbeValues&) override { return true; }
  bool read_row(ProbeValues& values, Groups& groups) override;
  std::string problem() const override { return problem_; }

 private:
  HttpFetcher fetcher_;
  std::string path_;
  bool has_first_ = false;
  LiveObjects first_;
  std::string problem_;
};

}  // namespace leakrig
