#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

std::vector<nlohmann::json> lines_of(const std::string& body) {
  std::vector<nlohmann::json> lines;
  std::size_t at = 0;
  for (auto end = body.find('\n'); end != std::string::npos; end = body.find('\n', at)) {
    lines.push_back(nlohmann::json::parse(body.substr(at, end - at)));
    at = end + 1;
  }
  return lines;
}

TEST_F(FakeDockerTest, StatsStreamASampleASecondEachWithItsPredecessor) {
  serve({}, 100);
  Client client(socket());
  client.get("/v1.41/containers/web-1/stats");
  auto stats = client.head();
  EXPECT_EQ(stats.headers.at("content-type"), "application/json");
  client.read_body(stats, [](const std::string& body) { return lines_of(body).size() >= 3; });
  const auto samples = lines_of(stats.body);
  EXPECT_EQ(samples[0].at("preread"), "0001-01-01T00:00:00Z");
  EXPECT_EQ(samples[2].at("preread"), samples[1].at("read"));
  const auto cpu = [](const nlohmann::json& part) {
    return part.at("cpu_usage").at("total_usage").get<std::uint64_t>();
  };
  EXPECT_GT(cpu(samples[2].at("cpu_stats")), cpu(samples[1].at("cpu_stats")));
  EXPECT_EQ(samples[2].at("precpu_stats"), samples[1].at("cpu_stats"));
  EXPECT_EQ(samples[0].at("name"), "/web-1");
  EXPECT_GT(samples[0].at("memory_stats").at("usage"), 0);
  EXPECT_EQ(samples[0].at("id").get<std::string>().size(), 64U);
}

TEST_F(FakeDockerTest, OneShotStatsDoNotWait) {
  serve({}, 100);
  const auto single = lines_of(get("/v1.41/containers/web-1/stats?stream=0").body);
  ASSERT_EQ(single.size(), 1U);
  EXPECT_NE(single[0].at("preread"), "0001-01-01T00:00:00Z");
  const auto before = clock_->now();
  const auto shot = lines_of(get("/v1.41/containers/web-1/stats?stream=false&one-shot=1").body);
  ASSERT_EQ(shot.size(), 1U);
  EXPECT_EQ(shot[0].at("preread"), "0001-01-01T00:00:00Z");
  EXPECT_LT(clock_->now() - before, std::chrono::seconds{100}) << "a second of wall time";
  EXPECT_EQ(get("/containers/web-1/stats?one-shot=1").status, 400);
  EXPECT_EQ(get("/containers/nope/stats").status, 404);
}

TEST_F(FakeDockerTest, StatsOfAStoppedContainerAreEmptyAndItsStreamStaysOpen) {
  serve({}, 100);
  request("POST", "/containers/web-1/stop");
  const auto single = lines_of(get("/containers/web-1/stats?stream=0").body);
  ASSERT_EQ(single.size(), 1U);
  EXPECT_TRUE(single[0].at("memory_stats").empty());
  Client client(socket());
  client.get("/containers/web-1/stats");
  auto stats = client.head();
  request("POST", "/containers/web-1/start");
  client.read_body(stats, [](const std::string& body) {
    const auto lines = lines_of(body);
    return !lines.empty() && !lines.back().at("memory_stats").empty();
  });
  EXPECT_FALSE(stats.complete);
  client.close();
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == 0; }));
}

}  // namespace
}  // namespace leakrig
