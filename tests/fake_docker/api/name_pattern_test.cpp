#include "harness/fake_docker/api/name_pattern.h"

#include <gtest/gtest.h>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

TEST(NamePattern, FindsAnyOfItsExpressionsInTheNameWithOrWithoutItsSlash) {
  const NamePattern pattern({"^/web", "db$", "a|b.c"});
  for (const auto* name : {"web-1", "my-db", "xbyc", "cat"}) EXPECT_TRUE(pattern.matches(name)) << name;
  for (const auto* name : {"my-web", "db-1", "zzz"}) EXPECT_FALSE(pattern.matches(name)) << name;
  EXPECT_TRUE(NamePattern({}).matches("anything"));
}

TEST(NamePattern, BadAndHugeOnesAreRefused) {
  for (const auto& text : {std::string{"("}, std::string{"a{1000}{1000}{1000}"}, std::string{"a)|(b"}, std::string(2000, 'a'),
                           std::string{R"((a)\1)"}}) {
    EXPECT_THROW(NamePattern({text}), ApiError) << text;
  }
}

// std::regex would not come back from the first of these, and overflow the stack in the second.
TEST(NamePattern, TakesTimeLinearInTheName) {
  EXPECT_FALSE(NamePattern({"(a+)+$"}).matches(std::string(5000, 'a') + "!"));
  EXPECT_TRUE(NamePattern({"(.|b)*"}).matches(std::string(1'000'000, 'a')));
}

}  // namespace
}  // namespace leakrig
