// Against real servers on loopback, well-behaved and not.
#include "harness/probe/goroutine_probe.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

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
  ProbeValues values;
  ASSERT_TRUE(probe.read(values)) << probe.problem();
  EXPECT_EQ(values, (ProbeValues{{"goroutines", 3}}));
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(groups["goroutine"],
            (ProbeValues{{"main.follow (/src/main.go:9)", 2}, {"main.main (/src/main.go:3)", 1}}));
  EXPECT_EQ(asked, "/debug/pprof/goroutine?debug=1");
}

TEST(GoroutineProbe, StacksAtRowsAndCountsBetween) {
  std::vector<std::string> asked;
  const auto server = serve([&](const httplib::Request& request, httplib::Response& response) {
    asked.push_back(request.target);
    response.set_content(request.get_param_value("debug") == "1"
                             ? kProfile
                             : "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:3\n",
                         "text/plain");
  });
  GoroutineProbe probe{server.url() + "/debug/pprof/", {.form = GoroutineProbe::Form::stacks}};
  ProbeValues plain;
  ProbeValues row;
  Groups groups;
  ASSERT_TRUE(probe.read(plain)) << probe.problem();
  ASSERT_TRUE(probe.read_row(row, groups)) << probe.problem();
  EXPECT_EQ(plain["goroutines"], 3);
  EXPECT_EQ(row["goroutines"], 1);
  EXPECT_EQ(asked,
            (std::vector<std::string>{"/debug/pprof/goroutine?debug=1", "/debug/pprof/goroutine?debug=2"}));
}

TEST(GoroutineProbe, CountsAtRowsWhereTheStacksCannotBeReadWhole) {
  const auto server = serve([](const httplib::Request& request, httplib::Response& response) {
    response.set_content(
        request.get_param_value("debug") == "1" ? kProfile : "goroutine 1 [running]:\nmain.ma", "text/plain");
  });
  GoroutineProbe probe{server.url(), {.form = GoroutineProbe::Form::stacks}};
  ProbeValues row;
  Groups groups;
  ASSERT_TRUE(probe.read_row(row, groups)) << probe.problem();
  EXPECT_EQ(row["goroutines"], 3);
  EXPECT_EQ(groups["goroutine"]["main.follow (/src/main.go:9)"], 2);
}

TEST(GoroutineProbe, TheLeakProfileIsEvidenceBesideTheCount) {
  int asked = 0;
  LoopbackServer server{"/debug/pprof/(.*)",
                        [&](const httplib::Request& request, httplib::Response& response) {
                          const bool leaks = request.matches[1] == "goroutineleak";
                          if (leaks) ++asked;
                          response.set_content(leaks ? "goroutineleak profile: total 1\n1 @ 0x1\n"
                                                       "#\t0x1\tmain.follow+0x1\t/src/main.go:9\n"
                                                     : kProfile,
                                               "text/plain");
                        }};
  GoroutineProbe probe{server.url(), {.leak_profile = true}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups));
  EXPECT_EQ(probe.problem(), "");
  EXPECT_EQ(values, (ProbeValues{{"goroutines", 3}}));
  EXPECT_EQ(groups["goroutineleak"], (ProbeValues{{"main.follow (/src/main.go:9)", 1}}));
  EXPECT_EQ(asked, 1);
}

TEST(GoroutineProbe, ASubjectWithoutTheLeakProfileIsAskedForItOnce) {
  int asked = 0;
  LoopbackServer server{"/debug/pprof/(.*)",
                        [&](const httplib::Request& request, httplib::Response& response) {
                          if (request.matches[1] == "goroutineleak") {
                            ++asked;
                            response.status = 404;
                          } else {
                            response.set_content(kProfile, "text/plain");
                          }
                        }};
  GoroutineProbe probe{server.url(), {.leak_profile = true}};
  for (int i = 0; i < 3; ++i) {
    ProbeValues values;
    Groups groups;
    EXPECT_TRUE(probe.read_row(values, groups));
    EXPECT_EQ(groups.count("goroutineleak"), 0U);
  }
  EXPECT_EQ(asked, 1);
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
  ProbeValues values;
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
  ProbeValues values;
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
  ProbeValues values;
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
  GoroutineProbe probe{server.url(), {.limits = {.timeout = std::chrono::milliseconds{200}}}};
  ProbeValues values;
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
                       {.limits = {.timeout = std::chrono::seconds{30}, .bytes = std::size_t{1} << 20U}}};
  ProbeValues values;
  EXPECT_FALSE(probe.read(values));
  EXPECT_NE(probe.problem().find("more than 1 MiB"), std::string::npos) << probe.problem();
}

TEST(GoroutineProbe, AnAddressThatIsNoneIsRefused) {
  EXPECT_THROW(GoroutineProbe{"localhost:6060"}, UsageError);
}

}  // namespace
}  // namespace leakrig
