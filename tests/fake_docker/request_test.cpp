#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "harness/fake_docker/errors.h"
#include "harness/fake_docker/filters.h"
#include "harness/fake_docker/query_time.h"
#include "harness/fake_docker/routes.h"
#include "harness/fake_docker/timing_wheel.h"

namespace leakrig {
namespace {

constexpr std::array<std::string_view, 2> kAllowed{"type", "label"};

TEST(Routes, VersionPrefixIsTakenOff) {
  const auto routed = route_request("GET", "/v1.41/containers/web%2D1/logs?follow=1&stdout=True", 48);
  ASSERT_NE(routed.route, nullptr);
  EXPECT_EQ(routed.request.api_minor, 41);
  EXPECT_EQ(routed.request.container, "web-1");
  EXPECT_EQ(routed.endpoint, "GET /containers/{id}/logs?follow=1");
  EXPECT_TRUE(routed.request.flag("stdout"));
}

TEST(Routes, WithoutVersionTheDefaultHolds) {
  const auto routed = route_request("GET", "/containers/x/logs?follow=False", 48);
  EXPECT_EQ(routed.request.api_minor, 48);
  EXPECT_EQ(routed.endpoint, "GET /containers/{id}/logs");
}

TEST(Routes, UnknownPathOrMethodHasNoRoute) {
  for (const auto* target :
       {"/", "", "/containers//json", "/containers/a/b/json", "/v/version", "/version/", "*"}) {
    EXPECT_EQ(route_request("GET", target, 48).route, nullptr) << target;
  }
  EXPECT_EQ(route_request("POST", "/version", 48).route, nullptr);
}

TEST(Routes, VersionWindowIsChecked) {
  const auto status_of = [](const char* target) {
    try {
      check_version(route_request("GET", target, 48).request, {24, 48});
    } catch (const ApiError& error) {
      return error.status();
    }
    return 200;
  };
  EXPECT_EQ(status_of("/v1.24/version"), 200);
  EXPECT_EQ(status_of("/v1.48/version"), 200);
  EXPECT_EQ(status_of("/v1.23/version"), 400);
  EXPECT_EQ(status_of("/v1.49/version"), 400);
  EXPECT_EQ(status_of("/v2.0/version"), 400);
  EXPECT_EQ(status_of("/v99999999999999999999/version"), 400);
  EXPECT_THROW(parse_api_version("1.x"), UsageError);
}

TEST(Request, BooleansAreDockers) {
  for (const auto* text : {"", "0", "no", "False", "none", " FALSE "}) {
    Request request;
    request.query = {{"all", text}};
    EXPECT_FALSE(request.flag("all", true)) << text;
  }
  Request request;
  request.query = {{"all", "yes"}};
  EXPECT_TRUE(request.flag("all"));
}

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

TEST(QueryTime, FractionIsPaddedAndCut) {
  EXPECT_EQ(parse_query_time("since", "12.5"), Nanos{12'500'000'000});
  EXPECT_EQ(parse_query_time("since", "12.0000000019"), Nanos{12'000'000'001});
  EXPECT_EQ(parse_query_time("since", ""), std::nullopt);
  EXPECT_EQ(parse_query_time("since", "0"), std::nullopt);
  for (const auto* text : {"x", "1.x", "1.000000000000000000000", "1e3", "--1"}) {
    EXPECT_THROW(parse_query_time("since", text), ApiError) << text;
  }
}

TEST(TimingWheel, CollectsEachOnceWhenItIsDue) {
  TimingWheel wheel(100);
  wheel.add(1, 105);
  wheel.add(2, 50);      // past: the next tick
  wheel.add(3, 105000);  // many turns away
  std::vector<std::uint32_t> due;
  wheel.collect(101, due);
  EXPECT_EQ(due, std::vector<std::uint32_t>{2});
  wheel.collect(5000, due);
  EXPECT_EQ(due, (std::vector<std::uint32_t>{2, 1}));
  wheel.collect(104999, due);
  EXPECT_EQ(due.size(), 2U);
  wheel.collect(105000, due);
  EXPECT_EQ(due.back(), 3U);
  EXPECT_EQ(wheel.next(), std::nullopt);
}

}  // namespace
}  // namespace leakrig
