#include "harness/fake_docker/api/routes.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"
#include "harness/fake_docker/http/errors.h"
#include "harness/spec/docker_endpoints.h"

namespace leakrig {
namespace {

TEST(Routes, AreTheEndpointsThatScenariosMayName) {
  std::vector<std::string_view> served;
  for (const auto& route : routes()) {
    served.push_back(route.endpoint);
    if (!route.flag.empty()) served.push_back(route.endpoint_with);
  }
  EXPECT_EQ(std::vector(docker_endpoints().begin(), docker_endpoints().end()), served);
}

TEST(Routes, VersionPrefixIsTakenOff) {
  const auto routed = route_request("GET", "/v1.41/containers/web%2D1/logs?follow=1&stdout=True", 48);
  ASSERT_NE(routed.route, nullptr);
  EXPECT_EQ(routed.request.api_minor, 41);
  EXPECT_EQ(routed.request.id, "web-1");
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

}  // namespace
}  // namespace leakrig
