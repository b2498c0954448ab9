#include "leakrig/leftover.h"

#include <gtest/gtest.h>

namespace leakrig::testkit {
namespace {

TEST(Leftover, IsToldWithAllThatIsKnown) {
  EXPECT_EQ(to_string(Leftover{Kind::thread, 4711, "worker", "started in Pool::run()"}),
            "thread 4711 \"worker\", started in Pool::run()");
  EXPECT_EQ(to_string(Leftover{Kind::mapping, 4096, "/memfd:x (deleted)", ""}),
            "mapping \"/memfd:x (deleted)\"");
}

TEST(Ignore, CoversItsKindByNameOrDetail) {
  const Leftover left{Kind::thread, 1, "grpc_global", "started in grpc::run()"};
  EXPECT_TRUE(parse_ignore("thread:grpc*").covers(left));
  EXPECT_TRUE(parse_ignore("thread:*grpc::run*").covers(left));
  EXPECT_FALSE(parse_ignore("thread:grp").covers(left));
  EXPECT_FALSE(parse_ignore("child:grpc*").covers(left));
  EXPECT_TRUE(parse_ignore("descriptor:/dev/*").covers({Kind::descriptor, 5, "/dev/dri/card0", ""}));
}

TEST(Ignore, AListIsParted) {
  const std::vector<Ignore> ignores = parse_ignores("thread:a;;descriptor:/x:y;");
  ASSERT_EQ(ignores.size(), 2U);
  EXPECT_EQ(ignores[1].kind, Kind::descriptor);
  EXPECT_EQ(ignores[1].pattern, "/x:y");
}

TEST(Ignore, WhatHasNoKindIsRefused) {
  EXPECT_THROW(parse_ignore("grpc*"), std::invalid_argument);
  EXPECT_THROW(parse_ignore("thread:"), std::invalid_argument);
  EXPECT_THROW(parse_ignores("thread:a;theads:b"), std::invalid_argument);
}

}  // namespace
}  // namespace leakrig::testkit
