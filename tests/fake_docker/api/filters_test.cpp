#include "harness/fake_docker/api/filters.h"

#include <gtest/gtest.h>

#include <array>

#include "harness/fake_docker/http/errors.h"

namespace leakrig {
namespace {

constexpr std::array<std::string_view, 2> kAllowed{"type", "label"};

TEST(Filters, BothEncodingsMeanTheSame) {
  for (const auto* text : {R"({"type":{"container":true}})", R"({"type":["container"]})"}) {
    const auto filters = Filters::parse(text, kAllowed);
    EXPECT_TRUE(filters.admits("type", "container"));
    EXPECT_FALSE(filters.admits("type", "network"));
    EXPECT_TRUE(filters.admits("label", "anything"));
  }
}

TEST(Filters, BadOnesAreRefused) {
  for (const auto* text : {"{", "[]", "7", R"({"nope":["x"]})", R"({"type":"x"})", R"({"type":[1]})"}) {
    EXPECT_THROW(Filters::parse(text, kAllowed), ApiError) << text;
  }
}

TEST(Filters, LabelsMatchByNameAndByValue) {
  const std::map<std::string, std::string> labels{{"env", "prod"}, {"tier", "1"}};
  EXPECT_TRUE(Filters::parse(R"({"label":["env","tier=1"]})", kAllowed).admits_labels(labels));
  EXPECT_FALSE(Filters::parse(R"({"label":["env","tier=2"]})", kAllowed).admits_labels(labels));
}

}  // namespace
}  // namespace leakrig
