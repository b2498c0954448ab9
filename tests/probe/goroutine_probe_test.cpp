// Against real servers on loopback, well-behaved and not.
#include "harness/probe/goroutine_probe.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "harness/core/error.h"
#include "tests/probe/loopback_server.h"

namespace leakrig {
namespace {

constexpr const char* kProfile =
    "goroutine profile: total 3\n2 @ 0x1\n#\t0x1\tmain.follow+0x1\t/src/main.go:9\n\n1 @ 0x2\n"
    "#\t0x2\tmain.main+0x1\t/src/main.go:3\n";

LoopbackServer serve(httplib::Server::Handler handler) {
  return {"/debug/pprof/goroutine", std::move(handler)};
}

TEST(GoroutineProbe, ReadsTheCountAndAtRowsTheStacks) {
  std::string asked;
  const auto server = serve([&](const httplib::Request& request, httplib::Response& response) {
    asked = request.target;
    response.set_content(kProfile, "text/plain");
  });
  GoroutineProbe probe{server.url() + "/"};
  Readings values;
  ASSERT_TRUE(probe.read(values)) << probe.problem();
  EXPECT_EQ(values, (Readings{{"goroutines", 3}}));
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["goroutine"], (Readings{{"main.follow (main.go:9)", 2}, {"main.main (main.go:3)", 1}}));
  EXPECT_EQ(asked, "/debug/pprof/goroutine?debug=1");
}

TEST(GoroutineProbe, AFailureIsAGapWithItsReason) {
  std::atomic<int> asked = 0;
  const auto server = serve([&](const httplib::Request&, httplib::Response& response) {
    if (++asked == 1) {
      response.status = 503;
    } else {
      response.set_content(kProfile, "text/plain");
    }
  });
  GoroutineProbe probe{server.url()};
  Readings values;
  EXPECT_FALSE(probe.read(values));
  EXPECT_TRUE(values.empty());
  EXPECT_EQ(probe.problem(), server.url() + "/debug/pprof/goroutine?debug=1: it answers with status 503");
  EXPECT_TRUE(probe.read(values));
  EXPECT_EQ(probe.problem(), "");
}

TEST(GoroutineProbe, WhatIsNoProfileIsAGap) {
  const auto server = serve([](const httplib::Request&, httplib::Response& response) {
    response.set_content("<html>", "text/html");
  });
  GoroutineProbe probe{server.url()};
  Readings values;
  EXPECT_FALSE(probe.read(values));
  EXPECT_EQ(probe.problem(), "not a whole goroutine profile: it begins with \"<html>\"");
}

TEST(GoroutineProbe, NobodyListeningIsAGap) {
  std::string url;
  {
    const auto server = serve([](const httplib::Request&, httplib::Response&) {});
    url = server.url();
  }
  GoroutineProbe probe{url};
  Readings values;
  EXPECT_FALSE(probe.read(values));
  EXPECT_NE(probe.problem(), "");
}

TEST(GoroutineProbe, AnAnswerThatNeverEndsIsBrokenOff) {
  const auto server = serve([](const httplib::Request&, httplib::Response& response) {
    response.set_chunked_content_provider("text/plain", [](std::size_t, httplib::DataSink& sink) {
      sink.write("x", 1);
      std::this_thread::yield();
      return sink.is_writable();
    });
  });
  GoroutineProbe probe{
      server.url(), GoroutineProbe::Form::counts, {.timeout = std::chrono::milliseconds{200}}};
  Readings values;
  EXPECT_FALSE(probe.read(values));
  EXPECT_NE(probe.problem().find("no whole answer within 200 ms"), std::string::npos) << probe.problem();
}

TEST(GoroutineProbe, AnAnswerThatIsTooLongIsBrokenOff) {
  const auto server = serve([](const httplib::Request&, httplib::Response& response) {
    const std::string chunk(65536, 'x');
    response.set_chunked_content_provider("text/plain", [chunk](std::size_t, httplib::DataSink& sink) {
      return sink.write(chunk.data(), chunk.size());
    });
  });
  GoroutineProbe probe{server.url(),
                       GoroutineProbe::Form::counts,
                       {.timeout = std::chrono::seconds{30}, .bytes = std::size_t{1} << 20U}};
  Readings values;
  EXPECT_FALSE(probe.read(values));
  EXPECT_NE(probe.problem().find("more than 1 MiB"), std::string::npos) << probe.problem();
}

TEST(GoroutineProbe, AnAddressThatIsNoneIsRefused) {
  EXPECT_THROW(GoroutineProbe{"localhost:6060"}, UsageError);
}

}  // namespace
}  // namespace leakrig
