#include "harness/probe/metrics_probe.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

#include "harness/core/error.h"
#include "tests/probe/loopback_server.h"

namespace leakrig {
namespace {

/// Serves `body` at /metrics.
LoopbackServer serve(const std::string& body) {
  return {"/metrics", [body](const httplib::Request&, httplib::Response& response) {
            response.set_content(body, "text/plain");
          }};
}

TEST(MetricsProbe, ReadsGaugesSumsSeriesAndNamesThemAtRows) {
  const auto server = serve(
      "go_goroutines 42\nconns{state=\"idle\",host=\"a\"} 3\nconns{state=\"idle\",host=\"b\"} 4\n"
      "conns{state=\"open\",host=\"a\"} 9\n");
  MetricsProbe probe{server.url() + "/metrics",
                     {{"go_goroutines", "goroutines"}, {"conns{state=\"idle\"}", "idle_connections"}}};
  ProbeValues values;
  Groups groups;
  ASSERT_TRUE(probe.read_row(values, groups)) << probe.problem();
  EXPECT_EQ(values, (ProbeValues{{"goroutines", 42}, {"idle_connections", 7}}));
  EXPECT_EQ(groups, (Groups{{"idle_connection",
                             {{"{host=\"a\",state=\"idle\"}", 3}, {"{host=\"b\",state=\"idle\"}", 4}}}}));
  ProbeValues again;
  EXPECT_TRUE(probe.read(again));
  EXPECT_EQ(again, values);
}

TEST(MetricsProbe, ReadsJsonByPointerAndByName) {
  const auto server = serve(
      "{\"streams\": 4, \"memstats\": {\"HeapObjects\": 2675, \"BySize\": [{\"Size\": 8}]}, \"s\": \"x\"}");
  MetricsProbe probe{server.url() + "/metrics",
                     {{"streams", "streams"},
                      {"/memstats/HeapObjects", "heap_objects"},
                      {"/memstats/BySize/0/Size", "size"},
                      {"s", "text"}}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values));
  EXPECT_EQ(values, (ProbeValues{{"streams", 4}, {"heap_objects", 2675}, {"size", 8}}));
  EXPECT_EQ(probe.problem(), server.url() + "/metrics: it has no number \"s\"; it has: /memstats/BySize/0/Size, /memstats/HeapObjects, /streams");
}

TEST(MetricsProbe, AMetricThatIsNotThereIsAGapOfItsOwn) {
  const auto server = serve("a 1\nb NaN\n");
  MetricsProbe probe{server.url() + "/metrics", {{"a", "a"}, {"b", "b"}, {"c", "c"}}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values));
  EXPECT_EQ(values, (ProbeValues{{"a", 1}}));
  MetricsProbe none{server.url() + "/metrics", {{"c", "c"}}};
  EXPECT_FALSE(none.read(values));
  EXPECT_EQ(none.problem(), server.url() + "/metrics: it has no number \"c\"; it has: a, b");
}

TEST(MetricsProbe, RedirectsAreFollowedAndBounded) {
  const auto there = serve("a 7\n");
  const LoopbackServer here{"/here", [&](const httplib::Request&, httplib::Response& response) {
                              response.set_redirect(there.url() + "/metrics");
                            }};
  MetricsProbe probe{here.url() + "/here", {{"a", "a"}}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values)) << probe.problem();
  EXPECT_EQ(values, (ProbeValues{{"a", 7}}));
  const LoopbackServer circle{"/circle", [](const httplib::Request&, httplib::Response& response) {
                                response.set_redirect("/circle");
                              }};
  MetricsProbe never{circle.url() + "/circle", {{"a", "a"}}};
  EXPECT_FALSE(never.read(values));
  EXPECT_EQ(never.problem(), circle.url() + "/circle: more than 5 redirects");
  const LoopbackServer tls{"/tls", [](const httplib::Request&, httplib::Response& response) {
                             response.set_redirect("ftp://127.0.0.1:1/metrics");
                           }};
  MetricsProbe other{tls.url() + "/tls", {{"a", "a"}}};
  EXPECT_FALSE(other.read(values));
  EXPECT_NE(other.problem().find("which is no http:// or https:// URL"), std::string::npos);
}

TEST(MetricsProbe, UserAndPasswordOfTheUrlAreSentAndNotShown) {
  const LoopbackServer server{"/metrics", [](const httplib::Request& request, httplib::Response& response) {
                                const bool known =
                                    request.get_header_value("Authorization") == "Basic bWU6cEBzcw==";
                                response.status = known ? 200 : 401;
                                response.set_content("fds 7\n", "text/plain");
                              }};
  const auto address = server.url().substr(std::string{"http://"}.size()) + "/metrics";
  ProbeValues values;
  MetricsProbe known{"http://me:p%40ss@" + address, {{"fds", "fds"}}};
  EXPECT_TRUE(known.read(values)) << known.problem();
  EXPECT_EQ(values, (ProbeValues{{"fds", 7}}));
  MetricsProbe wrong{"http://me:secret@" + address, {{"fds", "fds"}}};
  EXPECT_FALSE(wrong.read(values));
  EXPECT_NE(wrong.problem().find("status 401"), std::string::npos) << wrong.problem();
  EXPECT_EQ(wrong.problem().find("secret"), std::string::npos) << wrong.problem();
}

TEST(MetricsProbe, AUnixSocketIsAskedLikeAPort) {
  const std::string path = ::testing::TempDir() + "leakrig-metrics-" + std::to_string(::getpid()) + ".sock";
  ::unlink(path.c_str());
  httplib::Server server;
  server.Get("/debug/vars", [](const httplib::Request& request, httplib::Response& response) {
    response.set_content("{\"host\": \"" + request.get_header_value("Host") + "\", \"fds\": 7}",
                         "application/json");
  });
  server.set_address_family(AF_UNIX);
  ASSERT_TRUE(server.bind_to_port(path, 80));
  std::jthread thread{[&] { server.listen_after_bind(); }};
  while (!server.is_running()) std::this_thread::yield();
  {
    ProbeValues values;
    MetricsProbe probe{"unix://" + path + ":/debug/vars", {{"/fds", "fds"}}};
    EXPECT_TRUE(probe.read(values)) << probe.problem();
    EXPECT_EQ(values, (ProbeValues{{"fds", 7}}));
  }  // while its connection is open the server does not end
  server.stop();
  thread.join();
  ::unlink(path.c_str());
}

TEST(MetricsProbe, LinesThatAreNoMetricsArePassedOverAndCounted) {
  const auto server = serve("a 1\na{b\nwarning: slow\n");
  MetricsProbe probe{server.url() + "/metrics", {{"a", "a"}}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values));
  EXPECT_EQ(values, (ProbeValues{{"a", 1}}));
  EXPECT_EQ(
      probe.problem(),
      server.url() + "/metrics: 2 lines are no Prometheus text, and were passed over (line 2 is \"a{b\")");
}

TEST(MetricsProbe, SeriesThatAreNoNumberAreLeftOutOfTheSum) {
  const auto server = serve("a{x=\"1\"} 1\na{x=\"2\"} NaN\na{x=\"3\"} 4\nprocess_start_time_seconds 1.7e9\n");
  MetricsProbe probe{server.url() + "/metrics", {{"a", "a"}}};
  ProbeValues values;
  ASSERT_TRUE(probe.read(values));
  EXPECT_EQ(values, (ProbeValues{{"a", 5}, {"process_start_time_seconds", 1.7e9}}));
  EXPECT_EQ(probe.problem(),
            server.url() + "/metrics: of the 3 series of a 1 are no number (NaN); the others were added");
}

TEST(MetricsProbe, WhatIsNeitherTextNorJsonIsAGap) {
  for (const char* body : {"<html>", "{\"a\": 1", "{\"a\": [[[[[[", ""}) {
    const auto server = serve(body);
    MetricsProbe probe{server.url() + "/metrics", {{"a", "a"}}};
    ProbeValues values;
    Groups groups;
    EXPECT_FALSE(probe.read_row(values, groups)) << body;
    EXPECT_TRUE(values.empty() && groups.empty()) << body;
    EXPECT_NE(probe.problem(), "") << body;
  }
}

TEST(MetricsProbe, DeepOrLargeJsonIsBounded) {
  const auto deep = serve("{\"a\":" + std::string(100'000, '['));
  const auto large = serve("{\"a\": 1" + std::string(std::size_t{9} << 20U, ' ') + "}");
  for (const auto* server : {&deep, &large}) {
    MetricsProbe probe{server->url() + "/metrics", {{"a", "a"}}, {.timeout = std::chrono::seconds{30}}};
    ProbeValues values;
    EXPECT_FALSE(probe.read(values));
  }
}

TEST(MetricsProbe, WhatCannotBeReadIsRefused) {
  EXPECT_THROW((MetricsProbe{"localhost", {{"a", "a"}}}), UsageError);
  EXPECT_THROW((MetricsProbe{"http://h/m", {{"a{b", "a"}}}), UsageError);
  EXPECT_THROW((MetricsProbe{"http://h/m", {{"/a~", "a"}}}), UsageError);
}

}  // namespace
}  // namespace leakrig
