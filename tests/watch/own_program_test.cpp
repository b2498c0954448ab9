#include "harness/watch/own_program.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"

namespace leakrig {
namespace {

constexpr const char* kPage =
    "# TYPE http_requests_total counter\nhttp_requests_total{code=\"200\"} 5\n"
    "rpc_calls_total 1\nrpc_errors_total 0\nopen_requests 3\n";

TEST(CounterNamed, IsTheWholeNameOrTheOnlyCounterThatHasItInIt) {
  EXPECT_EQ(counter_named(kPage, "open_requests"), "open_requests");
  EXPECT_EQ(counter_named(kPage, "requests"), "http_requests_total");
  EXPECT_EQ(counter_named(kPage, "bytes"), std::nullopt);
}

TEST(CounterNamed, SeveralAreNamedAndNotGuessed) {
  try {
    counter_named(kPage, "rpc");
    FAIL() << "one was chosen";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string{error.what()}.find("rpc_calls_total, rpc_errors_total"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace leakrig
