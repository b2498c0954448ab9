// The probe against the kernel's own /proc: what a tree of plain files cannot show.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

#include "harness/core/process.h"
#include "harness/probe/procfs_probe.h"
#include "harness/probe/rig_probe.h"
#include "harness/probe/waiter.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

ProbeValues read(Probe& probe) {
  ProbeValues values;
  EXPECT_TRUE(probe.read(values));
  return values;
}

TEST(RealProcess, CountsRiseWithWhatIsOpenedAndFallWithWhatIsClosed) {
  const SystemClock clock;
  ProcfsProbe probe{::getpid(), clock};
  const auto before = read(probe);
  {
    std::array<int, 2> pair{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()), 0);
    const UniqueFd one{pair[0]};
    const UniqueFd two{pair[1]};
    const UniqueFd tcp{::socket(AF_INET, SOCK_STREAM, 0)};
    const UniqueFd udp{::socket(AF_INET, SOCK_DGRAM, 0)};
    const UniqueFd file{::open("/dev/null", O_RDONLY)};
    std::jthread thread{[](const std::stop_token& stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
    }};
    const auto during = read(probe);
    EXPECT_EQ(during.at("threads") - before.at("threads"), 1);
    EXPECT_EQ(during.at("fds") - before.at("fds"), 5);
    EXPECT_EQ(during.at("sockets") - before.at("sockets"), 4);
    EXPECT_EQ(during.at("sockets_unix") - before.at("sockets_unix"), 2);
    EXPECT_EQ(during.at("sockets_tcp") - before.at("sockets_tcp"), 1);
    EXPECT_GT(during.at("rss_bytes"), 100'000);
    EXPECT_GE(during.at("cpu_s"), 0);
  }
  const auto after = read(probe);
  EXPECT_EQ(after.at("fds"), before.at("fds"));
  EXPECT_EQ(after.at("sockets"), before.at("sockets"));
}

TEST(RealProcess, DescriptorsFarApartAreAllFound) {
  const SystemClock clock;
  ProcfsProbe probe{::getpid(), clock};
  const auto before = read(probe);
  const UniqueFd socket{::socket(AF_INET, SOCK_STREAM, 0)};
  const UniqueFd far{::fcntl(socket.get(), F_DUPFD_CLOEXEC, 900)};
  ASSERT_GE(far.get(), 900);
  EXPECT_EQ(read(probe).at("sockets") - before.at("sockets"), 2);
}

TEST(RealProcess, ManyNewSocketsAtOnceAreToldApart) {
  const SystemClock clock;
  ProcfsProbe probe{::getpid(), clock};
  const auto before = read(probe);
  std::vector<UniqueFd> sockets;
  for (int i = 0; i < 150; ++i) {
    sockets.emplace_back(::socket(i % 3 == 0 ? AF_INET : AF_UNIX, SOCK_STREAM, 0));
    ASSERT_TRUE(sockets.back());
  }
  for (int i = 0; i < 2; ++i) {  // looked up, and known
    const auto during = read(probe);
    EXPECT_EQ(during.at("sockets_unix") - before.at("sockets_unix"), 100);
    EXPECT_EQ(during.at("sockets_tcp") - before.at("sockets_tcp"), 50);
  }
}

TEST(RealProcess, AClientsSocketIsNamedByTheServersPath) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "docker.sock";
  const UniqueFd listener{::socket(AF_UNIX, SOCK_STREAM, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  const UniqueFd client{::socket(AF_UNIX, SOCK_STREAM, 0)};
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const UniqueFd accepted{::accept(listener.get(), nullptr, nullptr)};

  const SystemClock clock;
  ProcfsProbe probe{::getpid(), clock};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["socket"]["unix established to " + path], 1);
  EXPECT_EQ(groups["socket"]["unix established on " + path], 1);
  EXPECT_EQ(groups["socket"]["unix listen on " + path], 1);
}

TEST(RealProcess, TcpSocketsAreNamedByStateAndPeer) {
  const UniqueFd listener{::socket(AF_INET, SOCK_STREAM, 0)};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length);
  const auto port = std::to_string(ntohs(address.sin_port));
  const UniqueFd client{::socket(AF_INET, SOCK_STREAM, 0)};
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  const UniqueFd accepted{::accept(listener.get(), nullptr, nullptr)};

  const SystemClock clock;
  ProcfsProbe probe{::getpid(), clock};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["socket"]["tcp established to 127.0.0.1:" + port], 1);
  EXPECT_EQ(groups["socket"]["tcp established from 127.0.0.1 on port " + port], 1);
  EXPECT_EQ(groups["socket"]["tcp listen on 127.0.0.1:" + port], 1);
}

TEST(RealProcess, AnEndedProcessIsAGapBeforeAndAfterItIsCollected) {
  // A child of this very process: what ChildProcess starts is its supervisor's, who collects it at once.
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execlp("sleep", "sleep", "60", nullptr);
    ::_exit(127);
  }
  ASSERT_GT(pid, 0);
  const SystemClock clock;
  ProcfsProbe probe{pid, clock};
  read(probe);
  ::kill(pid, SIGKILL);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT), 0);
  ProbeValues values;
  EXPECT_FALSE(probe.read(values));
  ASSERT_EQ(::waitpid(pid, nullptr, 0), pid);
  EXPECT_FALSE(probe.read(values));
  EXPECT_TRUE(values.empty());
}

TEST(RealProcess, ATreesChildrenAreCounted) {
  SpawnOptions options;
  options.argv = {"sh", "-c", "sleep 60 & sleep 60 & wait"};
  ChildProcess child{options};
  const SystemClock clock;
  ProcfsProbe probe{child.pid(), clock, {.children = true}};
  ProbeValues values;
  while (values["processes"] != 3) {  // the test's time-out bounds it
    values.clear();
    ASSERT_TRUE(probe.read(values));
  }
  EXPECT_EQ(values["threads"], 3);
}

TEST(RigProbe, SeesThisProcess) {
  RigProbe probe;
  const auto before = read(probe);
  const UniqueFd file{::open("/dev/null", O_RDONLY)};
  const auto after = read(probe);
  EXPECT_EQ(after.at("fds") - before.at("fds"), 1);
  EXPECT_GE(after.at("threads"), 1);
  EXPECT_GE(after.at("cpu_s"), before.at("cpu_s"));
}

TEST(EventWaiter, ReturnsAtTheMomentAndNotBefore) {
  EventWaiter waiter;
  const SystemClock clock;
  const Nanos due = clock.monotonic() + std::chrono::milliseconds{20};
  EXPECT_TRUE(waiter.wait_until(due));
  EXPECT_GE(clock.monotonic(), due);
  EXPECT_TRUE(waiter.wait_until(due)) << "a moment that has passed is no wait";
}

TEST(EventWaiter, AStopEndsThisWaitAndEveryLaterOne) {
  EventWaiter waiter;
  const SystemClock clock;
  const std::jthread stopper{[&] { waiter.stop(); }};
  EXPECT_FALSE(waiter.wait_until(clock.monotonic() + std::chrono::hours{1}));
  EXPECT_FALSE(waiter.wait_until(clock.monotonic()));
}

}  // namespace
}  // namespace leakrig
