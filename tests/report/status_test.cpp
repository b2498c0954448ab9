#include "harness/report/status.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(Status, SaysWhatTheExitCodeMeans) {
  Analysis analysis;
  analysis.exit_code = ExitCode::ok;
  EXPECT_EQ(status_text(analysis), "every expectation held");
  analysis.exit_code = ExitCode::expectation_failed;
  EXPECT_EQ(status_text(analysis), "an expectation failed");
  analysis.exit_code = ExitCode::failed;
  EXPECT_EQ(status_text(analysis), "the subject or the rig failed");
  analysis.controls.emplace_back();
  EXPECT_EQ(status_text(analysis), "a control failed: the verdicts below cannot be relied on");
}

}  // namespace
}  // namespace leakrig
