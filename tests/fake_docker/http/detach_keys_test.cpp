#include "harness/fake_docker/http/detach_keys.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(DetachKeys, AreFoundAcrossWhatIsTyped) {
  auto keys = *DetachKeys::parse("");
  EXPECT_EQ(keys.pass("ab\x10"), "ab");
  EXPECT_EQ(keys.pass("c"), "\x10"
                            "c");
  EXPECT_EQ(keys.pass("\x10\x10"), "\x10");
  EXPECT_FALSE(keys.detached());
  EXPECT_EQ(keys.pass("\x11rest"), "");
  EXPECT_TRUE(keys.detached());
}

TEST(DetachKeys, AreReadAsDockerWritesThem) {
  auto keys = *DetachKeys::parse("ctrl-x,x");
  EXPECT_EQ(keys.pass("\x18x"), "");
  EXPECT_TRUE(keys.detached());
  EXPECT_FALSE(DetachKeys::parse("ctrl-x,"));
  EXPECT_FALSE(DetachKeys::parse("meta-x"));
}

}  // namespace
}  // namespace leakrig
