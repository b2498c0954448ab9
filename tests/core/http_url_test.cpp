#include "harness/core/http_url.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(HttpUrl, SplitsHostPortAndPath) {
  const auto url = parse_http_url("http://localhost:6060/debug/pprof?x=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "localhost");
  EXPECT_EQ(url->port, 6060);
  EXPECT_EQ(url->path, "/debug/pprof?x=1");
}

TEST(HttpUrl, PortAndPathHaveDefaults) {
  EXPECT_EQ(parse_http_url("http://h")->port, 80);
  EXPECT_EQ(parse_http_url("http://h")->path, "/");
  EXPECT_EQ(parse_http_url("http://h?x")->path, "/?x");
}

TEST(HttpUrl, Ipv6StandsInBrackets) {
  EXPECT_EQ(parse_http_url("http://[::1]:80/x")->host, "::1");
  EXPECT_EQ(parse_http_url("http://[::1]/x")->port, 80);
  EXPECT_FALSE(parse_http_url("http://[::1"));
  EXPECT_FALSE(parse_http_url("http://[::1]80"));
}

TEST(HttpUrl, WhatIsNoneIsAbsent) {
  for (const char* text :
       {"", "http://", "http:///x", "https://h", "h:80", "http://h:", "http://h:0", "http://h:65536",
        "http://h:8x", "http://a b", "http://h/a b", "http://u@h", "http://h:1:2"}) {
    EXPECT_FALSE(parse_http_url(text)) << text;
  }
}

}  // namespace
}  // namespace leakrig
