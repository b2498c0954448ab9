#include "harness/collector/endpoint.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"

namespace leakrig {
namespace {

TEST(Endpoint, ReadsAUnixSocket) {
  const auto endpoint = parse_endpoint("unix:///run/docker.sock");
  EXPECT_TRUE(endpoint.is_unix);
  EXPECT_EQ(endpoint.address, "/run/docker.sock");
  EXPECT_EQ(endpoint.host_header, "docker");
}

TEST(Endpoint, ReadsTcpAndHttp) {
  for (const auto* url : {"tcp://127.0.0.1:2375", "http://127.0.0.1:2375", "http://127.0.0.1:2375/"}) {
    const auto endpoint = parse_endpoint(url);
    EXPECT_FALSE(endpoint.is_unix);
    EXPECT_EQ(endpoint.address, "127.0.0.1");
    EXPECT_EQ(endpoint.port, 2375);
    EXPECT_EQ(endpoint.host_header, "127.0.0.1:2375");
  }
}

TEST(Endpoint, RefusesWhatItCannotDial) {
  for (const auto* url : {"", "unix://", "unix://relative", "ftp://a:1", "http://a", "http://:1",
                          "http://a:0", "http://a:65536", "http://a:1x", "tcp://a:"}) {
    EXPECT_THROW(parse_endpoint(url), UsageError) << url;
  }
  EXPECT_THROW(parse_endpoint("unix:///" + std::string(200, 'a')), UsageError);
}

TEST(Endpoint, SaysWhyItCannotDial) {
  const auto dialed = dial(parse_endpoint("unix:///nonexistent/leakrig.sock"));
  EXPECT_FALSE(dialed.fd);
  EXPECT_EQ(dialed.error, "dial unix /nonexistent/leakrig.sock: No such file or directory");
}

}  // namespace
}  // namespace leakrig
