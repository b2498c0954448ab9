// The macro, the listener and growth_per_call as a test author uses them.
#include "leakrig/gtest.h"

#include <fcntl.h>
#include <gtest/gtest-spi.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace leakrig::testkit {
namespace {

LeakOptions at_once() {
  LeakOptions options;
  options.wait = std::chrono::milliseconds{0};
  return options;
}

TEST(ExpectNoLeaks, FailsWithTheNameOfWhatIsLeft) {
  static int fd = -1;
  EXPECT_NONFATAL_FAILURE(
      LEAKRIG_EXPECT_NO_LEAKS_WITH(at_once()) { fd = ::open("/etc/hostname", O_RDONLY); },
      "\"/etc/hostname\", to read");
  ::close(fd);
}

TEST(ExpectNoLeaks, PassesWhatTidiesUp) {
  LEAKRIG_EXPECT_NO_LEAKS {
    ::close(::open("/etc/hostname", O_RDONLY));
  }
}

TEST(ExpectNoLeaks, AnExceptionPassesThrough) {
  int fd = -1;
  EXPECT_THROW(
      LEAKRIG_EXPECT_NO_LEAKS {
        fd = ::open("/etc/hostname", O_RDONLY);
        throw std::runtime_error("the block's own");
      },
      std::runtime_error);
  ::close(fd);
}

TEST(ExpectNoLeaks, IsOneStatement) {
  bool other = false;
  if (!other) LEAKRIG_EXPECT_NO_LEAKS {
      other = true;
    }
  EXPECT_TRUE(other);
}

TEST(GrowthPerCall, ADescriptorACallIsALeakAndItsTwinIsStable) {
  std::vector<int> kept;
  GrowthOptions quick;
  quick.rest = std::chrono::milliseconds{0};
  const Growth leaking =
      growth_per_call([&] { kept.push_back(::open("/etc/hostname", O_RDONLY)); }, 30, quick);
  const Growth clean = growth_per_call([&] { ::close(::open("/etc/hostname", O_RDONLY)); }, 30, quick);
  for (const int fd : kept) ::close(fd);
  EXPECT_EQ(leaking.of("descriptors").residue.verdict, GrowthVerdict::leak);
  EXPECT_DOUBLE_EQ(leaking.of("descriptors").residue.per_call, 1);
  EXPECT_EQ(leaking.of("sockets").residue.verdict, GrowthVerdict::stable);
  EXPECT_FALSE(no_growth(leaking));
  EXPECT_TRUE(no_growth(clean)) << clean.describe();
  EXPECT_EQ(clean.of("descriptors").residue.verdict, GrowthVerdict::stable);
  EXPECT_THROW(clean.of("files"), std::out_of_range);
}

TEST(GrowthPerCall, AThreadACallIsALeakAndAJoinedOneIsNot) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> kept;
  GrowthOptions quick;
  quick.rest = std::chrono::milliseconds{0};
  const Growth leaking =
      growth_per_call([&] { kept.emplace_back([&stop] { stop.wait(false); }); }, 30, quick);
  stop = true;
  stop.notify_all();
  for (std::thread& thread : kept) thread.join();
  EXPECT_EQ(leaking.of("threads").residue.verdict, GrowthVerdict::leak) << leaking.describe();
  const Growth clean = growth_per_call([] { std::thread([] {}).join(); }, 30);
  EXPECT_NE(clean.of("threads").residue.verdict, GrowthVerdict::leak) << clean.describe();
}

TEST(GrowthPerCall, ForgottenMemoryIsALeakAndAFullCacheIsNot) {
  if (detail::kSanitized) GTEST_SKIP() << "a sanitizer has a heap of its own";
  std::vector<std::string> kept;
  kept.reserve(100);
  EXPECT_FALSE(no_growth(growth_per_call([&] { kept.emplace_back(1000, 'x'); }, 40)));
  kept.clear();
  kept.reserve(100);
  const Growth cache = growth_per_call(
      [&] {
        if (kept.size() < 8) kept.emplace_back(1000, 'x');
      },
      40);
  EXPECT_EQ(cache.of("heap bytes").residue.verdict, GrowthVerdict::capped) << cache.describe();
}

TEST(Environment, OptionsAreAddedAndNonsenseIsRefused) {
  ::setenv("LEAKRIG_TEST_IGNORE", "thread:a*;mapping:*", 1);
  ::setenv("LEAKRIG_TEST_WAIT_MS", "70", 1);
  EXPECT_EQ(with_environment().ignore.size(), 2U);
  EXPECT_EQ(with_environment().wait, std::chrono::milliseconds{70});
  ::setenv("LEAKRIG_TEST_WAIT_MS", "soon", 1);
  EXPECT_THROW(with_environment(), std::invalid_argument);
  ::unsetenv("LEAKRIG_TEST_WAIT_MS");
  ::unsetenv("LEAKRIG_TEST_IGNORE");
}

}  // namespace
}  // namespace leakrig::testkit
