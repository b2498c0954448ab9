#include "harness/probe/procfs_probe.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/probe/process_tree.h"
#include "tests/probe/fake_proc.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

/// A clock that moves on by `step` at every look, as reading takes time.
class SteppingClock final : public Clock {
 public:
  Nanos monotonic() const override { return now += step; }
  Nanos wall() const override { return now; }
  mutable Nanos now{std::chrono::seconds{1}};
  Nanos step{0};
};

TEST(ProcfsProbe, CountsThreadsDescriptorsSocketsAndMemory) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values));
  EXPECT_EQ(values, (ProbeValues{{"threads", 4},
                                 {"fds", 6},
                                 {"sockets", 4},
                                 {"sockets_unix", 2},
                                 {"sockets_tcp", 1},
                                 {"rss_bytes", 25.0 * static_cast<double>(::sysconf(_SC_PAGESIZE))},
                                 {"cpu_s", 200.0 / static_cast<double>(::sysconf(_SC_CLK_TCK))}}));
}

TEST(ProcfsProbe, ARowsGroupsSumToItsCounts) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["thread"], (ProbeValues{{"collector", 1}, {"readLoop", 2}, {"writeLoop", 1}}));
  EXPECT_EQ(groups["fd"], (ProbeValues{{"/dev/null", 1}, {"anon_inode:[eventpoll]", 1}, {"socket", 4}}));
  EXPECT_EQ(groups["socket"],
            (ProbeValues{{"unix established", 2}, {"tcp close_wait to 127.0.0.1:3100", 1}, {"unknown", 1}}));
  EXPECT_EQ(values["threads"], 4);
  EXPECT_EQ(values["fds"], 6);
  EXPECT_EQ(values["sockets"], 4);
}

TEST(ProcfsProbe, ARowsCountsAreOfItsBeginningHoweverLongNamingTakes) {
  const FakeProc proc;
  proc.collector();
  const fs::path table = proc.root / "100" / "net" / "unix";
  fs::remove(table);
  ASSERT_EQ(::mkfifo(table.c_str(), 0600), 0);
  // While the sockets are looked up the process goes on.
  std::jthread meanwhile([&] {
    std::ofstream slow{table};  // opened once the reader has
    proc.thread(100, 104, "readLoop");
    proc.end_thread(100, 102);
    proc.fd(100, 10, "socket:[505]");
    fs::remove(table);
    const std::string text = "Num\n0: 00000003 00000000 00000000 0001 03 501\n";
    proc.file(100, "net/unix", text);
    slow << text;
  });
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(values["threads"], 4);
  EXPECT_EQ(groups["thread"], (ProbeValues{{"collector", 1}, {"readLoop", 2}, {"(ended meanwhile)", 1}}));
  EXPECT_EQ(values["fds"], 6);
  EXPECT_EQ(values["sockets"], 4);
}

TEST(ProcfsProbe, ARowSaysWhereThreadsWaitInTheKernel) {
  const FakeProc proc;
  proc.collector();
  proc.file(100, "task/101/wchan", "futex_wait_queue");
  proc.file(100, "task/103/wchan", "futex_wait_queue");
  proc.file(100, "task/102/wchan", "0");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["thread_wait"], (ProbeValues{{"readLoop in futex_wait_queue", 2}}));
}

TEST(ProcfsProbe, ARowSaysHowManyChildrenAreNotCounted) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe alone{100, clock, {.root = proc.root}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(alone.read_row(values, groups));
  EXPECT_FALSE(values.contains("uncounted_children")) << "there are none";

  proc.process(101, 100, 100, "worker");
  proc.process(102, 101, 100, "worker");
  proc.process(103, 1, 103, "another");
  ASSERT_TRUE(alone.read_row(values, groups));
  EXPECT_EQ(values["uncounted_children"], 2);
  EXPECT_EQ(values["threads"], 4) << "they are in no other number";

  ProcfsProbe whole{100, clock, {.root = proc.root, .children = true}};
  ProbeValues of_tree;
  ASSERT_TRUE(whole.read_row(of_tree, groups));
  EXPECT_FALSE(of_tree.contains("uncounted_children"));
}

TEST(ProcfsProbe, AProcessThatIsNotThereIsAGap) {
  const FakeProc proc;
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values{{"containers", 8}};
  Groups groups;
  EXPECT_FALSE(probe.read(values));
  EXPECT_FALSE(probe.read_row(values, groups));
  EXPECT_EQ(values.size(), 1U);
  EXPECT_TRUE(groups.empty());
}

TEST(ProcfsProbe, AZombieIsAGap) {
  const FakeProc proc;
  proc.process(100, 1, 100, "collector");
  proc.file(100, "statm", "0 0 0 0 0 0 0\n");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  EXPECT_FALSE(probe.read(values));
}

TEST(ProcfsProbe, AGapIsNotTheEnd) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  proc.file(100, "statm", "garbage");
  ProbeValues values;
  EXPECT_FALSE(probe.read(values));
  proc.file(100, "statm", "1000 25 10 1 0 0 0\n");
  EXPECT_TRUE(probe.read(values));
}

TEST(ProcfsProbe, AnotherUsersDescriptorsAreAGapButItsThreadsAreNot) {
  const FakeProc proc;
  proc.collector();
  fs::remove_all(proc.root / "100" / "fd");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values));
  EXPECT_EQ(values["threads"], 4);
  EXPECT_FALSE(values.contains("fds"));
  EXPECT_FALSE(values.contains("sockets"));
}

TEST(ProcfsProbe, DearReadingsOfALargeProcessAreRationedBetweenRows) {
  const FakeProc proc;
  proc.collector();
  SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .dear_from = 4, .dear_share = 0.01}};
  clock.step = std::chrono::milliseconds{10};  // a dear reading seems to take 10 ms: 1 s until the next
  ProbeValues first;
  ProbeValues second;
  ProbeValues later;
  ProbeValues row;
  Groups groups;
  ASSERT_TRUE(probe.read(first));
  ASSERT_TRUE(probe.read(second));
  ASSERT_TRUE(probe.read_row(row, groups));
  clock.now += std::chrono::seconds{1};
  ASSERT_TRUE(probe.read(later));
  EXPECT_TRUE(first.contains("sockets"));
  EXPECT_FALSE(second.contains("sockets"));
  EXPECT_FALSE(second.contains("cpu_s"));
  EXPECT_EQ(second["threads"], 4);
  EXPECT_EQ(second["fds"], 6);
  EXPECT_EQ(row["sockets"], 4);
  EXPECT_EQ(later["sockets"], 4);
}

TEST(ProcfsProbe, ASmallProcessesSocketsAreReadEveryTime) {
  const FakeProc proc;
  proc.collector();
  SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .dear_from = 7, .dear_share = 0.01}};
  clock.step = std::chrono::milliseconds{10};
  for (int i = 0; i < 3; ++i) {
    ProbeValues values;
    ASSERT_TRUE(probe.read(values));
    EXPECT_EQ(values["sockets"], 4);
  }
}

TEST(ProcfsProbe, AThreadThatNamesItselfAfterItsFirstRowIsRenamed) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues values;
  Groups first;
  probe.read_row(values, first);
  proc.thread(100, 103, "sender-7");
  proc.end_thread(100, 102);
  Groups second;
  probe.read_row(values, second);
  EXPECT_EQ(second["thread"], (ProbeValues{{"collector", 1}, {"readLoop", 1}, {"sender-#", 1}}));
}

TEST(ProcfsProbe, ALaterRenameIsFoundWithinSixteenRows) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  const auto row = [&] {
    ProbeValues values;
    Groups groups;
    probe.read_row(values, groups);
    return groups["thread"];
  };
  row();
  row();
  proc.thread(100, 101, "late");
  std::map<std::string, double> names;
  for (int i = 0; i < 16; ++i) names = row();
  EXPECT_EQ(names["late"], 1);
}

TEST(ProcfsProbe, MemoryInDetailOnRequest) {
  const FakeProc proc;
  proc.collector();
  proc.file(100, "status", "Name:\tx\nRssAnon:\t     12 kB\n");
  proc.file(100, "smaps_rollup", "0-1 ---p 0 00:00 0 [rollup]\nRss: 9 kB\nPss:      7 kB\n");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .memory_detail = true}};
  ProbeValues values;
  ProbeValues row;
  Groups groups;
  probe.read(values);
  probe.read_row(row, groups);
  EXPECT_EQ(values["rss_anon_bytes"], 12 * 1024);
  EXPECT_FALSE(values.contains("pss_bytes"));
  EXPECT_EQ(row["pss_bytes"], 7 * 1024);
}

TEST(ProcfsProbe, ATreeIsSummedAndItsProcessesAreNamed) {
  const FakeProc proc;
  proc.collector();
  proc.process(200, 100, 100, "helper");
  proc.process(201, 200, 201, "helper");  // a grandchild in a group of its own
  proc.process(300, 1, 300, "stranger");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .children = true}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(values["processes"], 3);
  EXPECT_EQ(values["threads"], 6);
  EXPECT_EQ(values["fds"], 6);
  EXPECT_EQ(groups["process"], (ProbeValues{{"collector", 1}, {"helper", 2}}));
  EXPECT_EQ(groups["thread"]["helper"], 2);
}

TEST(ProcfsProbe, ATreeBelowASupervisorGoesOnWithoutItsFirstProcess) {
  const FakeProc proc;
  proc.process(90, 1, 90, "leakrig-super");
  proc.process(100, 90, 100, "starter");
  proc.process(101, 90, 101, "daemon");  // forked twice, in a session of its own
  const SystemClock clock;
  ProcfsOptions options;
  options.root = proc.root;
  options.children = true;
  options.tree_root = 90;
  ProcfsProbe probe(100, clock, options);
  ProbeValues both;
  Groups groups;
  ASSERT_TRUE(probe.read_row(both, groups));
  EXPECT_EQ(both.at("processes"), 2);
  EXPECT_EQ(both.at("threads"), 2);
  const std::map<std::string, double> expected{{"starter", 1}, {"daemon", 1}};
  EXPECT_EQ(groups.at("process"), expected) << "the supervisor is no part of it";
  std::filesystem::remove_all(proc.root / "100");
  ProbeValues after;
  EXPECT_TRUE(ProcfsProbe(100, clock, options).read(after));
  EXPECT_EQ(after.at("processes"), 1);
  std::filesystem::remove_all(proc.root / "101");
  EXPECT_FALSE(ProcfsProbe(100, clock, options).read(after));
}

TEST(ProcfsProbe, OfATreeRowsSayWhatEachProcessHas) {
  const FakeProc proc;
  proc.collector();
  proc.process(200, 100, 100, "helper");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .children = true}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["member_threads"], (ProbeValues{{"collector 100", 4}, {"helper 200", 1}}));
  EXPECT_EQ(groups["member_fds"]["collector 100"], 6);
  EXPECT_FALSE(values.contains("uncounted_children"));
}

TEST(ProcfsProbe, OfOneProcessThereAreNoShares) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .children = true}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_FALSE(groups.contains("member_threads"));
}

TEST(ProcfsProbe, SaysAtRowsHowManyChildrenItLeavesOut) {
  const FakeProc proc;
  proc.collector();
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root}};
  ProbeValues alone;
  Groups groups;
  ASSERT_TRUE(probe.read_row(alone, groups));
  EXPECT_FALSE(alone.contains("uncounted_children"));
  proc.process(200, 100, 100, "helper");
  proc.process(201, 200, 201, "helper");
  ProbeValues values;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(values["uncounted_children"], 2);
  EXPECT_EQ(values["threads"], 4) << "they are told, not counted";
}

TEST(ProcfsProbe, ATreesMemberThatLostItsParentStillCounts) {
  const FakeProc proc;
  proc.collector();
  proc.process(200, 100, 100, "shell");
  proc.process(201, 200, 201, "daemon");
  const SteppingClock clock;
  ProcfsProbe probe{100, clock, {.root = proc.root, .children = true}};
  ProbeValues values;
  probe.read(values);
  fs::remove_all(proc.root / "200");
  proc.process(201, 1, 201, "daemon");
  ProbeValues later;
  ASSERT_TRUE(probe.read(later));
  EXPECT_EQ(later["processes"], 2);
}

TEST(ProcessTree, MembersByParentGroupAndSessionButNotStrangers) {
  const auto process = [](pid_t parent, pid_t group, pid_t session) {
    ProcStat stat;
    stat.parent = parent;
    stat.group = group;
    stat.session = session;
    return stat;
  };
  const std::map<pid_t, ProcStat> processes{{10, process(1, 10, 5)},  {11, process(10, 11, 5)},
                                            {12, process(11, 11, 5)}, {13, process(1, 10, 5)},
                                            {14, process(1, 14, 10)}, {15, process(14, 15, 15)},
                                            {20, process(1, 20, 5)},  {10010, process(20, 20, 5)}};
  EXPECT_EQ(members_of_tree(processes, 10, {}), (std::vector<pid_t>{11, 12, 13, 14, 15}));
  EXPECT_EQ(members_of_tree(processes, 10, {20, 99}), (std::vector<pid_t>{11, 12, 13, 14, 15, 20, 10010}));
  EXPECT_EQ(members_of_tree(processes, 12, {}), (std::vector<pid_t>{}));
}

}  // namespace
}  // namespace leakrig
