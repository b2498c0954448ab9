#include "harness/scenario/recorder.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

LedgerEntry request_at(double t_s, std::uint64_t id) {
  LedgerEntry entry;
  entry.server = "docker";
  entry.t_s = t_s;
  entry.request = id;
  return entry;
}

TEST(VariantRecorder, ShiftsServerTimeToTPlusZeroAlsoForWhatCameBefore) {
  TemporaryDirectory directory;
  {
    RunRecorder run(directory.path() / "run", {{"name", "s"}}, {{"host", "h"}}, {"a"});
    VariantRecorder recorder(run, "a");
    recorder.record(request_at(10, 1));  // the subject is still starting: T+0 is not known
    recorder.set_origin(70);
    recorder.record(request_at(75, 2));
    recorder.end(Outcome::completed, "", 1);
  }
  const RunRecord record = load_run_record(directory.path() / "run");
  const auto& ledger = record.variants.at(0).ledger;
  ASSERT_EQ(ledger.size(), 2U);
  EXPECT_EQ(ledger[0].t_s, -60);
  EXPECT_EQ(ledger[1].t_s, 5);
  EXPECT_EQ(ledger[0].variant, "a");
}

TEST(VariantRecorder, KeepsTheLedgerOfASubjectThatNeverBecameReady) {
  TemporaryDirectory directory;
  {
    RunRecorder run(directory.path() / "run", {{"name", "s"}}, {}, {"a"});
    VariantRecorder recorder(run, "a");
    recorder.record(request_at(10, 1));
    recorder.end(Outcome::never_ready, "no line", 1);
  }
  EXPECT_EQ(load_run_record(directory.path() / "run").variants.at(0).ledger.size(), 1U);
}

TEST(RunRecorder, DoesNotOverwriteARun) {
  TemporaryDirectory directory;
  RunRecorder first(directory.path() / "run", {}, {}, {});
  EXPECT_THROW(RunRecorder(directory.path() / "run", {}, {}, {}), UsageError);
}

TEST(RunRecorder, SaysWhereItCannotWrite) { EXPECT_THROW(RunRecorder("/proc/nowhere/run", {}, {}, {}), UsageError); }

}  // namespace
}  // namespace leakrig
