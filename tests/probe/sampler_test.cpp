#include "harness/probe/sampler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <set>
#include <vector>

#include "harness/core/error.h"
#include "harness/probe/callback_probe.h"
#include "tests/support/fake_clock.h"

namespace leakrig {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Nanos kStart = FakeClock{}.monotonic();

/// Moves the clock to what is waited for, plus a lateness that the test scripts.
class FakeWaiter final : public Waiter {
 public:
  explicit FakeWaiter(FakeClock& clock) : clock_(&clock) {}
  bool wait_until(Nanos monotonic) override {
    asked.push_back(monotonic);
    if (stop_at && asked.size() == stop_at) return false;
    clock_->advance(std::max(monotonic - clock_->monotonic(), Nanos{0}));
    if (!late.empty()) {
      clock_->advance(late.front());
      late.pop_front();
    }
    return true;
  }
  std::vector<Nanos> asked;
  std::deque<Nanos> late;
  std::size_t stop_at = 0;

 private:
  FakeClock* clock_;
};

class Recorded final : public SampleSink {
 public:
  void record(const Sample& sample) override { samples.push_back(sample); }
  std::vector<Sample> samples;
};

/// Counts its readings, and says whether they were a row's.
class CountingProbe final : public Probe {
 public:
  std::string name() const override { return "counting"; }
  bool read(ProbeValues& values) override {
    if (fails.contains(++readings)) return false;
    values["threads"] = 10 + readings;
    return true;
  }
  bool read_row(ProbeValues& values, Groups& groups) override {
    if (!read(values)) return false;
    groups["thread"]["main"] = values["threads"];
    return true;
  }
  int readings = 0;
  std::set<int> fails;
};

struct Rig {
  FakeClock clock;
  ScenarioClock scenario{clock, 10};  // a scenario second takes 100 ms
  FakeWaiter waiter{clock};
  Recorded sink;
  CountingProbe probe;
  SamplingPlan plan{.first = seconds{1},
                    .t0 = seconds{3},
                    .end = seconds{7},
                    .resolution = seconds{1},
                    .row_every = seconds{2}};
  std::function<bool()> gone;
  Probe* rig_probe = nullptr;

  Sampler::End run() {
    return Sampler{{scenario, {&probe}, rig_probe, sink, waiter, "keepalives-on", gone}, plan}.run();
  }
  std::vector<double> due() const {
    std::vector<double> out;
    for (const auto& s : sink.samples) out.push_back(s.due_s);
    return out;
  }
};

TEST(Sampler, ReadsEverySlotFromFirstToEndInclusive) {
  Rig rig;
  EXPECT_EQ(rig.run(), Sampler::End::done);
  EXPECT_EQ(rig.due(), (std::vector<double>{-2, -1, 0, 1, 2, 3, 4}));
  EXPECT_EQ(rig.sink.samples[0].variant, "keepalives-on");
  EXPECT_EQ(rig.sink.samples[0].values.at("threads"), 11);
}

TEST(Sampler, WaitsInWallTimeScaledByTheScenario) {
  Rig rig;
  rig.run();
  ASSERT_EQ(rig.waiter.asked.size(), 7U);
  EXPECT_EQ(rig.waiter.asked[0], kStart + milliseconds{100});
  EXPECT_EQ(rig.waiter.asked[6], kStart + milliseconds{700});
}

TEST(Sampler, LatenessIsRecordedAndDoesNotAddUp) {
  Rig rig;
  rig.waiter.late = {milliseconds{30}, milliseconds{30}, milliseconds{30}};
  rig.run();
  EXPECT_DOUBLE_EQ(rig.sink.samples[0].t_s, -1.7);
  EXPECT_DOUBLE_EQ(rig.sink.samples[1].t_s, -0.7);
  EXPECT_DOUBLE_EQ(rig.sink.samples[2].t_s, 0.3);
  EXPECT_DOUBLE_EQ(rig.sink.samples[3].t_s, 1.0);
  EXPECT_EQ(rig.waiter.asked[6], kStart + milliseconds{700});
}

TEST(Sampler, ASlotThatPassedWithoutAReadingIsMissed) {
  Rig rig;
  rig.waiter.late = {Nanos{0},
                     milliseconds{250}};  // the second slot's wake-up comes 2.5 scenario seconds late
  rig.run();
  ASSERT_EQ(rig.due(), (std::vector<double>{-2, -1, 0, 1, 2, 3, 4}));
  EXPECT_TRUE(rig.sink.samples[1].missed);
  EXPECT_TRUE(rig.sink.samples[1].values.empty());
  EXPECT_DOUBLE_EQ(rig.sink.samples[1].t_s, 1.5);
  EXPECT_TRUE(rig.sink.samples[2].missed);
  EXPECT_FALSE(rig.sink.samples[3].missed);
  EXPECT_DOUBLE_EQ(rig.sink.samples[3].t_s, 1.5);
  EXPECT_EQ(rig.probe.readings, 5);
}

TEST(Sampler, ASlotIsMissedFromTheMomentTheNextIsDue) {
  Rig rig;
  rig.waiter.late = {milliseconds{100} - Nanos{1}};
  rig.run();
  EXPECT_FALSE(rig.sink.samples[0].missed);

  Rig other;
  other.waiter.late = {milliseconds{100}};
  other.run();
  EXPECT_TRUE(other.sink.samples[0].missed);
}

TEST(Sampler, GroupsAreReadAtRowsOnly) {
  Rig rig;
  rig.run();
  std::vector<double> rows;
  for (const auto& s : rig.sink.samples) {
    if (!s.groups.empty()) rows.push_back(s.due_s);
  }
  EXPECT_EQ(rows, (std::vector<double>{0, 2, 4}));
}

TEST(Sampler, AMissedRowsGroupsAreReadAtTheNextReading) {
  Rig rig;
  rig.waiter.late = {Nanos{0}, Nanos{0}, milliseconds{120}};
  rig.run();
  EXPECT_TRUE(rig.sink.samples[2].missed);
  EXPECT_EQ(rig.sink.samples[2].due_s, 0);
  EXPECT_EQ(rig.sink.samples[3].groups.count("thread"), 1U);
  EXPECT_EQ(rig.sink.samples[4].groups.count("thread"), 1U);
  EXPECT_EQ(rig.sink.samples[5].groups.count("thread"), 0U);
}

TEST(Sampler, ARowThatIsNoSlotIsTakenAtTheNextSlot) {
  Rig rig;
  rig.plan.row_every = milliseconds{1500};
  rig.run();
  std::vector<double> rows;
  for (const auto& s : rig.sink.samples) {
    if (!s.groups.empty()) rows.push_back(s.due_s);
  }
  EXPECT_EQ(rows, (std::vector<double>{0, 2, 3}));  // rows due at 0, 1.5, 3
}

TEST(Sampler, AProbeThatFailsOnceIsAGapForItsMetrics) {
  Rig rig;
  rig.probe.fails = {2};
  EXPECT_EQ(rig.run(), Sampler::End::done);
  EXPECT_TRUE(rig.sink.samples[1].values.empty());
  EXPECT_FALSE(rig.sink.samples[1].missed);
  EXPECT_EQ(rig.sink.samples[2].values.at("threads"), 13);
}

TEST(Sampler, StopsWhenTheWaiterIsToldTo) {
  Rig rig;
  rig.waiter.stop_at = 4;
  EXPECT_EQ(rig.run(), Sampler::End::stopped);
  EXPECT_EQ(rig.due(), (std::vector<double>{-2, -1, 0}));
}

TEST(Sampler, EndsWithoutAReadingOnceTheSubjectHasGone) {
  Rig rig;
  rig.gone = [&] { return rig.probe.readings == 2; };
  EXPECT_EQ(rig.run(), Sampler::End::subject_gone);
  EXPECT_EQ(rig.sink.samples.size(), 2U);
}

TEST(Sampler, TheRigsFootprintStandsApart) {
  Rig rig;
  CallbackProbe footprint{"rig", [](ProbeValues& values) {
                            values["threads"] = 7;
                            return true;
                          }};
  rig.rig_probe = &footprint;
  rig.run();
  EXPECT_EQ(rig.sink.samples[0].rig.at("threads"), 7);
  EXPECT_EQ(rig.sink.samples[0].values.at("threads"), 11);
}

TEST(Sampler, RefusesAResolutionOfZero) {
  Rig rig;
  rig.plan.resolution = Nanos{0};
  EXPECT_THROW(rig.run(), Error);
}

}  // namespace
}  // namespace leakrig
