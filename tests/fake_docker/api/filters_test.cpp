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

TEST(Filters, DeepAndEndlessOnesAreRefused) {
  EXPECT_THROW(Filters::parse(R"({"label":)" + std::string(100'000, '['), kAllowed), ApiError);
  std::string many = R"({"label":["0")";
  for (int i = 1; i < 1000; ++i) many += ",\"" + std::to_string(i) + "\"";
  EXPECT_THROW(Filters::parse(many + "]}", kAllowed), ApiError);
}

TEST(Filters, ALabelCanBeUnwanted) {
  static constexpr std::array<std::string_view, 1> kUnwanted{"label!"};
  const auto filters = Filters::parse(R"({"label!":["keep","tier=1"]})", kUnwanted);
  EXPECT_TRUE(filters.rejects_labels({{"keep", ""}}));
  EXPECT_TRUE(filters.rejects_labels({{"tier", "1"}}));
  EXPECT_FALSE(filters.rejects_labels({{"tier", "2"}}));
  EXPECT_FALSE(Filters{}.rejects_labels({{"keep", ""}}));
}

}  // namespace
}  // namespace leakrig
