#include "harness/run/recorder.h"

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

TEST(VariantRecorder, KeepsReplicatesApartAndLeavesTheFirstUnmarked) {
  TemporaryDirectory directory;
  Sample sample;
  sample.variant = "a";
  sample.values = {{"threads", 7}};
  {
    RunRecorder run(directory.path() / "run", {{"name", "s"}, {"replicates", 3}}, {}, {"a"});
    VariantRecorder first(run, "a");
    VariantRecorder second(run, "a", 2);
    for (auto* recorder : {&first, &second}) {
      recorder->set_origin(0);
      recorder->begin(recorder == &first ? 11 : 12);
      recorder->record(sample);
      recorder->record(request_at(1, 1));
      recorder->deliver({60, {}});
    }
    second.record(sample);
    first.end(Outcome::completed, "", 1);
    second.end(Outcome::died, "signal 9", 1);
  }
  const RunRecord record = load_run_record(directory.path() / "run");
  ASSERT_EQ(record.variants.size(), 1U);
  const VariantRecord& first = record.variants[0];
  EXPECT_EQ(first.subject_pid, 11);
  EXPECT_EQ(first.samples.size(), 1U);
  EXPECT_EQ(first.outcome, Outcome::completed);
  ASSERT_EQ(first.further.size(), 2U);
  EXPECT_EQ(first.further[0].subject_pid, 12);
  EXPECT_EQ(first.further[0].samples.size(), 2U);
  EXPECT_FALSE(first.further[0].samples[0].values.contains("replicate"));
  EXPECT_EQ(first.further[0].ledger.size(), 1U);
  EXPECT_EQ(first.further[0].deliveries.size(), 1U);
  EXPECT_EQ(first.further[0].outcome, Outcome::died);
  EXPECT_EQ(first.further[1].outcome, Outcome::unfinished) << "the third was not begun";
}

TEST(RunRecorder, DoesNotOverwriteARun) {
  TemporaryDirectory directory;
  RunRecorder first(directory.path() / "run", {}, {}, {});
  EXPECT_THROW(RunRecorder(directory.path() / "run", {}, {}, {}), UsageError);
}

TEST(RunRecorder, SaysWhereItCannotWrite) {
  EXPECT_THROW(RunRecorder("/proc/nowhere/run", {}, {}, {}), UsageError);
}

}  // namespace
}  // namespace leakrig
