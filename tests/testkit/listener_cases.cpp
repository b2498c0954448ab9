// What listener_test.py runs one by one: leaks in each place where a test program can have them.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "leakrig/gtest.h"

namespace {

int leaked(const char* path) {
  return ::open(path, O_RDONLY);
}

TEST(Body, Leaks) {
  EXPECT_GE(leaked("/etc/hostname"), 0);
}
TEST(Body, LeaksOnPurpose) {
  leakrig::testkit::ignore_in_this_test("descriptor:/etc/*");
  EXPECT_GE(leaked("/etc/hostname"), 0);
}
TEST(Body, IsClean) {
  EXPECT_EQ(::close(leaked("/etc/hostname")), 0);
}

class TidiesUp : public testing::Test {
 protected:
  void SetUp() override { fd_ = leaked("/etc/hostname"); }
  void TearDown() override { ::close(fd_); }
  int fd_ = -1;
};
TEST_F(TidiesUp, InTearDown) {
  EXPECT_GE(fd_, 0);
}

class SharedResource : public testing::Test {
 protected:
  static void SetUpTestSuite() { leaked("/etc/hostname"); }
};
TEST_F(SharedResource, First) {}
TEST_F(SharedResource, Second) {}

class ForAll : public testing::Environment {
 public:
  void SetUp() override {
    if (std::getenv("LEAK_IN_ENVIRONMENT") != nullptr) leaked("/etc/passwd");
  }
};
[[maybe_unused]] const auto* const kForAll = testing::AddGlobalTestEnvironment(new ForAll);

}  // namespace
