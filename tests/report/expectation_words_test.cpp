#include "harness/report/expectation_words.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(ExpectationWords, SayWhatWasMeasured) {
  EXPECT_EQ(expectation_text({"threads", "stable", "leak", false}), "threads: expected stable, measured leak");
  EXPECT_EQ(expectation_text({"goroutines", "stable", NotMeasured{}, false}),
            "goroutines: expected stable, was not measured");
  EXPECT_EQ(expectation_text({"latency_p99_ms", Bounds{5, 9.5}, 12.34567, false}),
            "latency_p99_ms: expected at least 5, at most 9.5, measured 12.35");
}

TEST(ExpectationWords, NameWhatEvidenceIsMissing) {
  using Kind = MissingEvidence::Kind;
  const std::vector<MissingEvidence> missing{{Kind::not_judged, "rss_bytes"}, {Kind::not_read, "goroutines"},
                                             {Kind::children_uncounted},      {Kind::subject_idle},
                                             {Kind::docker_unasked}};
  EXPECT_EQ(actual_text({"evidence", "complete", missing, false}),
            "rss_bytes not judged, goroutines not read, children not counted, subject idle, Docker never asked");
}

}  // namespace
}  // namespace leakrig
