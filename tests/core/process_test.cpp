#include "harness/core/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "harness/core/error.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

using namespace std::chrono_literals;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

/// The number that a child writes, waited for; 0 if none comes.
pid_t number_in(const std::filesystem::path& file) {
  pid_t number = 0;
  for (int i = 0; i < 500 && number == 0; ++i) {
    ::usleep(10'000);
    std::istringstream(text_of(file)) >> number;
  }
  return number;
}

/// Whether a process that is not our child has gone (or is a zombie): waits for it, for a while.
bool goes_away(pid_t pid) {
  for (int i = 0; i < 500; ++i) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(stat, line) || line.find(") Z ") != std::string::npos) return true;
    ::usleep(10'000);
  }
  return false;
}

TEST(ChildProcess, ReportsItsExitCodeAndKeepsItsOutput) {
  TemporaryDirectory directory;
  ChildProcess child(
      {{"/bin/sh", "-c", "echo $WORD; exit 3"}, {{"WORD", "hello"}}, {}, directory.path() / "out"});
  const auto status = child.wait(10s);
  ASSERT_TRUE(status);
  EXPECT_EQ(status->code, 3);
  EXPECT_EQ(status->describe(), "exit code 3");
  EXPECT_EQ(text_of(directory.path() / "out"), "hello\n");
}

/// What `cat` says of a file that is mounted at `target` for it alone. "skipped": this machine forbids it.
std::string seen_at(const std::filesystem::path& target, const TemporaryDirectory& directory) {
  const auto source = directory.path() / "source";
  std::ofstream(source) << "from the rig";
  std::filesystem::remove(directory.path() / "out");
  SpawnOptions options;
  options.argv = {"/bin/sh", "-c", "cat \"$0\"; ls \"$1\"", target.string(), target.parent_path().string()};
  options.output = directory.path() / "out";
  options.mount_source = source;
  options.mount_target = target;
  try {
    ChildProcess child(options);
    child.wait(10s);
  } catch (const Error& error) {
    return std::string{error.what()}.find("no mount namespace of its own") != std::string::npos ? "skipped"
                                                                                                 : error.what();
  }
  return text_of(directory.path() / "out");
}

TEST(ChildProcess, FindsAFileInThePlaceOfAnother) {
  const TemporaryDirectory directory;
  const auto target = directory.path() / "there";
  std::ofstream(target) << "the real one";
  const std::string seen = seen_at(target, directory);
  if (seen == "skipped") GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(seen.substr(0, 12), "from the rig") << seen;
  EXPECT_EQ(text_of(target), "the real one") << "nobody else sees it";
}

TEST(ChildProcess, FindsAFileWhereThereIsNone) {
  const TemporaryDirectory directory;
  std::filesystem::create_directories(directory.path() / "run/beside");
  std::filesystem::create_directory_symlink("run", directory.path() / "var");
  const std::string seen = seen_at(directory.path() / "var/new/docker.sock", directory);
  if (seen == "skipped") GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(seen, "from the rigdocker.sock\n");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "run/new")) << "nothing is made";

  const std::string beside = seen_at(directory.path() / "run/docker.sock", directory);
  EXPECT_EQ(beside.substr(beside.find("rig") + 3), "beside\ndocker.sock\n") << "the other entries are still there";
}

TEST(ChildProcess, NamesTheProgramThatCannotBeStarted) {
  try {
    ChildProcess child({{"/no/such/program"}, {}, {}, {}});
    FAIL() << "started";
  } catch (const Error& e) {
    EXPECT_NE(std::string{e.what()}.find("/no/such/program"), std::string::npos) << e.what();
  }
}

TEST(ChildProcess, IsKilledWhenItDoesNotStopWhenAsked) {
  TemporaryDirectory directory;
  ChildProcess child({{"/bin/sh", "-c", "trap '' TERM; echo 1; while :; do sleep 0.05; done"},
                      {},
                      {},
                      directory.path() / "out"});
  ASSERT_EQ(number_in(directory.path() / "out"), 1);  // the trap is set
  const auto stopped = child.stop(SIGTERM, 300ms);
  EXPECT_TRUE(stopped.killed);
  EXPECT_EQ(stopped.status.signal, SIGKILL);
}

TEST(ChildProcess, TakesItsGroupAlongWhenDestroyed) {
  TemporaryDirectory directory;
  pid_t grandchild = 0;
  {
    ChildProcess child({{"/bin/sh", "-c", "sleep 600 & echo $!; wait"}, {}, {}, directory.path() / "out"});
    grandchild = number_in(directory.path() / "out");
    ASSERT_GT(grandchild, 0);
  }
  EXPECT_TRUE(goes_away(grandchild));
}

/// A process that gets away as a daemon does: a session of its own, forked twice, deaf to SIGTERM and SIGHUP.
/// It writes its pid.
constexpr const char* kDaemon =
    "(setsid sh -c 'trap \"\" TERM HUP; echo $$; while :; do sleep 0.05; done' &) &\n";

TEST(ChildProcess, LeavesNoDaemonBehindWhenItIsStopped) {
  TemporaryDirectory directory;
  const auto output = directory.path() / "out";
  ChildProcess child({{"/bin/sh", "-c", std::string{kDaemon} + "exec sleep 600"}, {}, {}, output});
  const pid_t daemon = number_in(output);
  ASSERT_GT(daemon, 0);
  const auto stopped = child.stop(SIGTERM, 10s);
  EXPECT_FALSE(stopped.killed);
  EXPECT_TRUE(stopped.left_killed);
  EXPECT_EQ(stopped.status.signal, SIGTERM);
  EXPECT_NE(::kill(daemon, 0), 0) << "not even a zombie is left";
  EXPECT_TRUE(child.all_gone());
}

TEST(ChildProcess, KeepsHoldOfADaemonThatOutlivesTheCommand) {
  TemporaryDirectory directory;
  const auto output = directory.path() / "out";
  pid_t daemon = 0;
  {
    ChildProcess child({{"/bin/sh", "-c", kDaemon}, {}, {}, output});
    daemon = number_in(output);
    ASSERT_GT(daemon, 0);
    ASSERT_TRUE(child.wait(10s));
    EXPECT_FALSE(child.all_gone());
    std::ifstream stat("/proc/" + std::to_string(daemon) + "/stat");
    std::string name;
    std::string state;
    std::string pid;
    pid_t parent = 0;
    stat >> pid >> name >> state >> parent;
    EXPECT_EQ(parent, child.supervisor());
  }
  EXPECT_NE(::kill(daemon, 0), 0);
}

TEST(ChildProcess, SaysWhichDirectoryItCannotWorkIn) {
  try {
    ChildProcess child({{"/bin/true"}, {}, "/no/such/place", {}});
    FAIL() << "started";
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(),
                 "cannot start /bin/true: its working directory /no/such/place: No such file or directory");
  }
}

TEST(ChildProcess, KeepsTheBeginningAndTheEndOfALongOutput) {
  TemporaryDirectory directory;
  const auto output = directory.path() / "out";
  SpawnOptions options{{"/bin/sh", "-c", "seq 1 400000"}, {}, {}, output};
  options.output_limit = 1000;
  ChildProcess child(options);
  ASSERT_TRUE(child.wait(30s));
  const std::string text = text_of(output);
  EXPECT_LT(text.size(), 100'000U);
  EXPECT_EQ(text.substr(0, 6), "1\n2\n3\n");
  EXPECT_NE(text.find("[leakrig: output was cut here"), std::string::npos);
  EXPECT_EQ(text.substr(text.size() - 14), "399999\n400000\n");
}

/// Everything goes when both the rig and its guardian are killed at once.
TEST(ChildProcess, LeavesNothingWhenItsOwnerAndTheGuardianAreKilled) {
  TemporaryDirectory directory;
  const auto output = directory.path() / "out";
  const auto guard = directory.path() / "guard";
  const pid_t rig = ::fork();
  ASSERT_GE(rig, 0);
  if (rig == 0) {
    Guardian guardian;
    ChildProcess child({{"/bin/sh", "-c", std::string{kDaemon} + "sleep 600"}, {}, {}, output});
    std::ofstream(guard) << guardian.pid() << std::endl;
    ::pause();
    ::_exit(0);
  }
  const pid_t daemon = number_in(output);
  const pid_t guardian = number_in(guard);
  ASSERT_GT(daemon, 0);
  ASSERT_GT(guardian, 0);
  ::kill(guardian, SIGKILL);
  ::kill(rig, SIGKILL);
  ::waitpid(rig, nullptr, 0);
  EXPECT_TRUE(goes_away(daemon));
}

/// A rig in miniature that is killed: it has a guardian, a directory, and a child with a child of its own.
/// The child dies with its parent; the grandchild is the guardian's to end.
TEST(Guardian, TidiesUpAfterAKilledRig) {
  TemporaryDirectory directory;
  const auto kept = directory.path() / "runtime";
  const auto output = directory.path() / "out";
  const auto all_told = directory.path() / "all-told";
  std::filesystem::create_directory(kept);
  const pid_t rig = ::fork();
  ASSERT_GE(rig, 0);
  if (rig == 0) {
    Guardian guardian;
    ChildProcess child({{"/bin/sh", "-c", "sleep 600 & echo $!; wait"}, {}, {}, output});
    guardian.add_group(child.pid());
    guardian.add_directory(kept);
    std::ofstream(all_told) << 1 << '\n';
    ::pause();
    ::_exit(0);
  }
  const pid_t grandchild = number_in(output);
  ASSERT_GT(grandchild, 0);
  ASSERT_EQ(number_in(all_told), 1) << "a guardian tidies up what it was told of";
  ::kill(rig, SIGKILL);
  ::waitpid(rig, nullptr, 0);
  EXPECT_TRUE(goes_away(grandchild));
  for (int i = 0; i < 500 && std::filesystem::exists(kept); ++i) ::usleep(10'000);
  EXPECT_FALSE(std::filesystem::exists(kept));
}

TEST(Guardian, LeavesAloneWhatItWasToldToForget) {
  TemporaryDirectory directory;
  const auto kept = directory.path() / "kept";
  std::filesystem::create_directory(kept);
  {
    Guardian guardian;
    guardian.add_directory(kept);
    guardian.forget_directory(kept);
  }
  EXPECT_TRUE(std::filesystem::exists(kept));
}

}  // namespace
}  // namespace leakrig
