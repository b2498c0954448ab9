#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "harness/core/error.h"
#include "harness/core/process.h"
#include "harness/subject/subject.h"

namespace leakrig {
namespace {

std::string refusal(pid_t pid) {
  try {
    attach_pid(pid);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(PidSubject, SeesTheProcessEndAndLeavesItAlone) {
  SpawnOptions options;
  options.argv = {"sleep", "60"};
  ChildProcess child{options};
  const auto subject = attach_pid(child.pid());
  EXPECT_EQ(subject->pid(), child.pid());
  EXPECT_TRUE(subject->alive());
  EXPECT_FALSE(subject->stop().had_ended);
  EXPECT_TRUE(subject->alive());
  EXPECT_FALSE(child.poll());
  child.stop(SIGKILL, Nanos{0});
  EXPECT_FALSE(subject->alive());
  EXPECT_FALSE(subject->poll());
  EXPECT_TRUE(subject->stop().had_ended);
}

TEST(PidSubject, AZombieIsRefused) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  siginfo_t info{};
  ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_NE(refusal(child).find("zombie"), std::string::npos) << refusal(child);
  ::waitpid(child, nullptr, 0);
  EXPECT_NE(refusal(child).find("no such process"), std::string::npos) << refusal(child);
}

TEST(PidSubject, InitAndWhatIsNoPidAreRefusedAsUsage) {
  EXPECT_THROW(attach_pid(1), UsageError);
  EXPECT_THROW(attach_pid(0), UsageError);
  EXPECT_THROW(attach_pid(-5), UsageError);
}

TEST(PidSubject, AThreadsIdIsRefused) {
  std::jthread thread{[] { EXPECT_NE(refusal(::gettid()).find("it is a thread"), std::string::npos); }};
}

TEST(PidSubject, AnotherUsersProcessIsRefused) {
  if (::geteuid() != 0) {
    EXPECT_NE(refusal(2).find("another user's"), std::string::npos) << "a kernel thread is root's";
    return;
  }
  // As root: look at this process (root's) from a child that has given root up.
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) {
    const bool dropped = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    const bool refused = refusal(parent).find("another user's") != std::string::npos;
    ::_exit(dropped && refused ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace leakrig
