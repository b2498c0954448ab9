#include "harness/live/live_server.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(LiveServer, ItsOwnHostsAreLoopback) {
  for (const char* own : {"127.0.0.1", "127.0.0.1:8080", "127.8.9.1:1", "localhost", "localhost:80"})
    EXPECT_TRUE(is_own_host(own)) << own;
  for (const char* foreign :
       {"", "example.org", "127.0.0.1.example.org", "localhost.example.org:80", "192.168.1.4:80",
        "127.0.0.1:80:80", "127.0.0.1:x", "0.0.0.0", "127.1", "[::1]:80"})
    EXPECT_FALSE(is_own_host(foreign)) << foreign;
}

}  // namespace
}  // namespace leakrig
