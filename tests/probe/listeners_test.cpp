#include "harness/probe/listeners.h"

#include <gtest/gtest.h>

#include "tests/probe/fake_proc.h"

namespace leakrig {
namespace {

using Kind = ListenerOwner::Kind;

constexpr const char* kHead = "  sl  local_address rem_address   st\n";
/// 127.0.0.1:6060 by inode 900, a connection to it, and 0.0.0.0:8080 by inode 901.
constexpr const char* kTcp =
    "   0: 0100007F:17AC 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 900 1\n"
    "   1: 0100007F:17AC 0100007F:D431 01 00000000:00000000 00:00000000 00000000 0 0 950 1\n"
    "   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 901 1\n";
/// [::]:9100 by inode 902.
constexpr const char* kTcp6 =
    "   0: 00000000000000000000000000000000:238C 00000000000000000000000000000000:0000 0A "
    "00000000:00000000 00:00000000 00000000 0 0 902 1\n";

/// A subject 100 with a child 101, and a neighbour 200, which share a network namespace.
void fill(const FakeProc& proc) {
  proc.process(100, 1, 100, "server");
  proc.process(101, 100, 100, "worker");
  proc.process(200, 1, 200, "neighbour");
  for (const char* pid : {"100", "101", "200", "self"}) {
    std::filesystem::create_directories(proc.root / pid / "net");
    std::ofstream{proc.root / pid / "net" / "tcp"} << kHead << kTcp;
    std::ofstream{proc.root / pid / "net" / "tcp6"} << kHead << kTcp6;
  }
  proc.fd(101, 3, "socket:[900]");
  proc.fd(101, 4, "socket:[950]");
  proc.fd(100, 3, "socket:[902]");
  proc.fd(200, 3, "socket:[901]");
}

TEST(Listeners, AreThoseOfTheProcessesAskedForAndNotTheirConnections) {
  const FakeProc proc;
  fill(proc);
  const std::vector<ListeningAddress> expected{{"127.0.0.1", 6060}, {"::", 9100}};
  EXPECT_EQ(listeners_of({100, 101}, proc.root), expected);
  EXPECT_TRUE(listeners_of({999}, proc.root).empty()) << "it has ended";
}

TEST(OwnerOfListener, IsTheSubjectWhereOneOfItsProcessesHoldsTheSocket) {
  const FakeProc proc;
  fill(proc);
  const auto tree = tree_of(100, proc.root);
  const auto owner = owner_of_listener("localhost", 6060, tree, proc.root);
  EXPECT_EQ(owner.kind, Kind::subject);
  EXPECT_EQ(owner.pid, 101);
  EXPECT_EQ(owner_of_listener("127.0.0.1", 9100, tree, proc.root).kind, Kind::subject)
      << "bound to every address";
}

TEST(OwnerOfListener, NamesAnotherProcess) {
  const FakeProc proc;
  fill(proc);
  const auto owner = owner_of_listener("127.0.0.1", 8080, {100, 101}, proc.root);
  EXPECT_EQ(owner.kind, Kind::other);
  EXPECT_EQ(owner.pid, 200);
  EXPECT_EQ(owner.name, "neighbour");
}

TEST(OwnerOfListener, TellsNobodyFromSomebodyHidden) {
  const FakeProc proc;
  fill(proc);
  EXPECT_EQ(owner_of_listener("127.0.0.1", 7777, {100}, proc.root).kind, Kind::nobody);
  EXPECT_EQ(owner_of_listener("::1", 6060, {100}, proc.root).kind, Kind::nobody) << "bound to IPv4 alone";
  std::filesystem::remove(proc.root / "200" / "fd" / "3");
  EXPECT_EQ(owner_of_listener("127.0.0.1", 8080, {100}, proc.root).kind, Kind::hidden);
}

TEST(OwnerOfListener, DoesNotGuessAboutAnotherMachine) {
  const FakeProc proc;
  fill(proc);
  EXPECT_EQ(owner_of_listener("192.0.2.7", 8080, {100}, proc.root).kind, Kind::remote);
}

}  // namespace
}  // namespace leakrig
