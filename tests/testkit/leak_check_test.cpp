// Real threads, descriptors, sockets, children and mappings of this very process: for each kind a planted
// leak and its clean twin.
#include "leakrig/leak_check.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#include <atomic>
#include <condition_variable>

namespace leakrig::testkit {
namespace {

LeakOptions quick() {
  LeakOptions options;
  options.wait = std::chrono::milliseconds{30};
  return options;
}

/// Holds threads until the end of the test.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    opened_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

void* wait_at(void* gate) {
  ::pthread_setname_np(::pthread_self(), "waiter");
  static_cast<Gate*>(gate)->pass();
  return nullptr;
}

TEST(Threads, OneThatStaysIsNamedWithItsStartRoutine) {
  LeakCheck check(quick());
  Gate gate;
  pthread_t thread{};
  ASSERT_EQ(::pthread_create(&thread, nullptr, &wait_at, &gate), 0);
  const std::vector<Leftover> left = check.leftovers();
  gate.open();
  ::pthread_join(thread, nullptr);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].kind, Kind::thread);
  EXPECT_EQ(left[0].name, "waiter");
  if (!detail::kSanitized) {
    EXPECT_NE(left[0].detail.find("wait_at"), std::string::npos) << left[0].detail;
  }
  EXPECT_TRUE(check.leftovers().empty());
}

TEST(Threads, AStdThreadIsNamedByItsLambda) {
  if (detail::kSanitized) GTEST_SKIP() << "a sanitizer starts threads in a routine of its own";
  LeakCheck check(quick());
  Gate gate;
  std::thread thread([&gate] { gate.pass(); });
  const std::vector<Leftover> left = check.leftovers();
  gate.open();
  thread.join();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_NE(left[0].detail.find("AStdThreadIsNamedByItsLambda"), std::string::npos) << left[0].detail;
  EXPECT_NE(left[0].detail.find("lambda"), std::string::npos) << left[0].detail;
}

TEST(Threads, AStdThreadIsNamedByItsMemberFunction) {
  if (detail::kSanitized) GTEST_SKIP() << "a sanitizer starts threads in a routine of its own";
  LeakCheck check(quick());
  Gate gate;
  std::thread thread(&Gate::pass, &gate);
  const std::vector<Leftover> left = check.leftovers();
  gate.open();
  thread.join();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_NE(left[0].detail.find("Gate::pass"), std::string::npos) << left[0].detail;
}

TEST(Threads, OneThatEndsWhileWaitedForIsClean) {
  LeakOptions patient;
  patient.wait = std::chrono::seconds{20};
  LeakCheck check(patient);
  std::thread([] { std::this_thread::yield(); }).detach();
  EXPECT_TRUE(check.leftovers().empty());
}

TEST(Threads, JoinedOnesAreCleanThoughTheirStacksAndArenasStay) {
  LeakCheck check(quick());
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([] { std::vector<std::string> words(1000, std::string(100, 'x')); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(check.leftovers().empty());
}

TEST(Descriptors, AnOpenFileIsNamed) {
  LeakCheck check(quick());
  const int fd = ::open("/etc/hostname", O_RDONLY);
  const int events = ::eventfd(0, 0);
  const std::vector<Leftover> left = check.leftovers();
  ::close(fd);
  ::close(events);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].kind, Kind::descriptor);
  EXPECT_EQ(left[0].id, static_cast<unsigned>(fd));
  EXPECT_EQ(left[0].name, "/etc/hostname");
  EXPECT_EQ(left[1].name, "anon_inode:[eventfd]");
  EXPECT_TRUE(check.leftovers().empty());
}

TEST(Descriptors, ANumberThatStandsForAnotherFileIsNew) {
  const int fd = ::open("/etc/hostname", O_RDONLY);
  LeakCheck check(quick());
  const int other = ::open("/etc/passwd", O_RDONLY);
  ::dup2(other, fd);
  ::close(other);
  const std::vector<Leftover> left = check.leftovers();
  ::close(fd);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].name, "/etc/passwd");
}

int tcp_socket() {
  return ::socket(AF_INET, SOCK_STREAM, 0);
}

TEST(Sockets, APeerAndAListenerAreNamed) {
  LeakCheck check(quick());
  const int listener = tcp_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  socklen_t length = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  const int client = tcp_socket();
  ASSERT_EQ(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  const std::vector<Leftover> left = check.leftovers();
  ::close(client);
  ::close(listener);
  const std::string there = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].kind, Kind::socket);
  EXPECT_EQ(left[0].detail, "TCP listening on " + there);
  EXPECT_EQ(left[1].name, there);
  EXPECT_TRUE(check.leftovers().empty());
}

TEST(Sockets, AUnixPairSaysWhoseTheOtherEndIs) {
  LeakCheck check(quick());
  int ends[2] = {};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  const std::vector<Leftover> left = check.leftovers();
  ::close(ends[0]);
  ::close(ends[1]);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(left[0].detail, "unix from an unnamed end to unnamed peer (this process)");
}

TEST(Children, OneThatRunsAndOneThatWasNeverWaitedForAreNamed) {
  LeakCheck check(quick());
  const pid_t sleeper = ::fork();
  if (sleeper == 0) {
    ::execlp("sleep", "sleep", "1000", nullptr);
    ::_exit(127);
  }
  const pid_t zombie = ::fork();
  if (zombie == 0) ::_exit(0);
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(zombie), &info, WEXITED | WNOWAIT);
  while (detail::text_of("/proc/" + std::to_string(sleeper) + "/cmdline")
             .compare(0, 6, std::string("sleep\0", 6)) != 0) {
    std::this_thread::yield();
  }
  const std::vector<Leftover> left = check.leftovers();
  ::kill(sleeper, SIGKILL);
  ::waitpid(sleeper, nullptr, 0);
  ::waitpid(zombie, nullptr, 0);
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(to_string(left[0]), "child " + std::to_string(sleeper) + " \"sleep 1000\", which still runs");
  EXPECT_EQ(left[1].id, static_cast<unsigned>(zombie));
  EXPECT_EQ(left[1].detail, "which has ended and was never waited for");
  EXPECT_TRUE(check.leftovers().empty());
}

void* map(std::size_t bytes, int access = PROT_READ | PROT_WRITE) {
  return ::mmap(nullptr, bytes, access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

class MappingsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (detail::kSanitized) GTEST_SKIP() << "a sanitizer maps memory of its own: mappings are not looked at";
  }
};

TEST_F(MappingsTest, AnonymousMemoryIsNamedWithItsSize) {
  LeakCheck check(quick());
  void* memory = map(3U << 20U);
  const std::vector<Leftover> left = check.leftovers();
  ::munmap(memory, 3U << 20U);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].kind, Kind::mapping);
  EXPECT_EQ(left[0].name, "anonymous memory");
  EXPECT_EQ(left[0].detail.rfind("3145728 bytes, rw-p, at 0x", 0), 0U) << left[0].detail;
  EXPECT_TRUE(check.leftovers().empty());
}

TEST_F(MappingsTest, OnePageThatIsFilledIsFoundBesideThreadsAndBlocks) {
  LeakCheck check(quick());
  std::vector<std::thread> threads;
  std::vector<void*> mapped;
  std::vector<std::vector<char>> blocks;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {});
    mapped.push_back(map(4096));
    std::memset(mapped.back(), 0x5a, 4096);
    blocks.emplace_back(std::size_t{1} << 20U, 'x');
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<Leftover> left = check.leftovers();
  std::size_t bytes = 0;
  for (const Leftover& one : left) bytes += std::strtoull(one.detail.c_str(), nullptr, 10);
  for (void* page : mapped) ::munmap(page, 4096);
  EXPECT_EQ(bytes, 4U * 4096U);
  EXPECT_TRUE(check.leftovers().empty());
}

TEST_F(MappingsTest, AMappedFileAndAReserveAreFound) {
  LeakCheck check(quick());
  const int fd = ::open("/proc/self/exe", O_RDONLY);
  void* file = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  ::close(fd);
  void* reserve = map(1U << 30U, PROT_NONE);
  const std::vector<Leftover> left = check.leftovers();
  ::munmap(file, 4096);
  ::munmap(reserve, 1U << 30U);
  std::string names;
  for (const Leftover& one : left) names += to_string(one) + "\n";
  ASSERT_EQ(left.size(), 2U) << names;
  EXPECT_NE(names.find("testkit_process_test"), std::string::npos) << names;
  EXPECT_NE(names.find("anonymous memory"), std::string::npos) << names;
}

TEST_F(MappingsTest, WhatMallocKeepsIsItsOwn) {
  LeakCheck check(quick());
  const std::vector<char> large(std::size_t{40} << 20U, 'x');
  std::vector<std::vector<char>> small(2000, std::vector<char>(4000, 'x'));
  EXPECT_TRUE(check.leftovers().empty());
}

TEST_F(MappingsTest, ABlockOfMallocThatGrowsIsItsOwn) {
  void* block = std::malloc(std::size_t{50} << 20U);
  LeakCheck check(quick());
  block = std::realloc(block, std::size_t{300} << 20U);
  EXPECT_TRUE(check.leftovers().empty());
  std::free(block);
}

TEST(Ignoring, AnIgnoredLeftoverIsNotWaitedFor) {
  LeakOptions options;
  options.wait = std::chrono::hours{1};
  options.ignore = parse_ignores("descriptor:/etc/host*");
  LeakCheck check(options);
  const int fd = ::open("/etc/hostname", O_RDONLY);
  EXPECT_TRUE(check.leftovers().empty());
  ::close(fd);
}

}  // namespace
}  // namespace leakrig::testkit
