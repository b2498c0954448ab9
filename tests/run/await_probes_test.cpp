#include "harness/run/await_probes.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/core/fd.h"
#include "harness/core/process.h"

namespace leakrig {
namespace {

/// A program that serves nothing.
class SleepingSubject final : public Subject {
 public:
  pid_t pid() const override { return child_.pid(); }
  pid_t tree_root() const override { return child_.supervisor(); }
  bool alive() override { return alive_now; }
  std::optional<ExitStatus> poll() override { return std::nullopt; }
  StopReport stop() override { return {}; }
  bool alive_now = true;

 private:
  ChildProcess child_{SpawnOptions{{"/bin/sleep", "60"}, {}, {}, {}}};
};

/// A socket of this process that listens on a free port of loopback.
struct Listening {
  Listening() : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(fd.get(), any, size), 0);
    EXPECT_EQ(::listen(fd.get(), 4), 0);
    EXPECT_EQ(::getsockname(fd.get(), any, &size), 0);
    port = ntohs(address.sin_port);
  }
  UniqueFd fd;
  int port = 0;
};

SubjectSpec asking_for_pprof(int port) {
  SubjectSpec subject;
  subject.probes.pprof = "http://127.0.0.1:" + std::to_string(port);
  return subject;
}

TEST(AwaitProbes, RefusesAnotherProcesssPortAndNamesIt) {
  const Listening foreign;
  SleepingSubject subject;
  const auto problem = await_probes(asking_for_pprof(foreign.port), subject, {});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("another program"), std::string::npos) << *problem;
  EXPECT_NE(problem->find("(process " + std::to_string(::getpid()) + ")"), std::string::npos) << *problem;
}

TEST(AwaitProbes, SaysThatNothingListensOnceTheTimeIsOver) {
  int port = 0;
  {
    const Listening gone;
    port = gone.port;
  }
  SleepingSubject subject;
  const auto problem = await_probes(asking_for_pprof(port), subject, {}, Nanos{0});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->find("where nothing listens"), std::string::npos) << *problem;
}

TEST(AwaitProbes, HasNothingToSayOfASubjectThatHasEndedOrIsNotAsked) {
  SleepingSubject subject;
  EXPECT_FALSE(await_probes(SubjectSpec{}, subject, {}));
  subject.alive_now = false;
  EXPECT_FALSE(await_probes(asking_for_pprof(1), subject, {}));
}

}  // namespace
}  // namespace leakrig
