#include "harness/fake_docker/http/tar.h"
#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

using nlohmann::json;

class TopTest : public FakeDockerTest {
 protected:
  void SetUp() override {
    FleetConfig config;
    config.containers = 1;
    serve(config);
  }
  json titles(const std::string& arguments) { return get("/containers/web-1/top?ps_args=" + arguments).json().at("Titles"); }
};

TEST_F(TopTest, ColumnsAreThoseThatPsWouldWrite) {
  EXPECT_EQ(titles(""), (json{"UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"}));
  EXPECT_EQ(titles("-ef"), titles(""));
  EXPECT_EQ(titles("aux").at(2), "%CPU");
  EXPECT_EQ(titles("-o%20pid,comm"), (json{"PID", "COMMAND"}));
  EXPECT_EQ(titles("-eo%20pid,ppid,args"), (json{"PID", "PPID", "COMMAND"}));
  EXPECT_EQ(titles("-opid%20-o%20user=WHO"), (json{"PID", "WHO"}));
  const auto row = get("/containers/web-1/top?ps_args=-o%20pid,comm,args").json().at("Processes").at(0);
  EXPECT_EQ(row.at(1), "nginx");
  EXPECT_EQ(row.at(2), "nginx -g daemon-off");
}

TEST_F(TopTest, WhatPsRefusesIsRefused) {
  const auto unknown = get("/containers/web-1/top?ps_args=-o%20pid,nosuch");
  EXPECT_EQ(unknown.status, 500);
  EXPECT_EQ(unknown.json().at("message"), "ps: error: unknown user-defined format specifier \"nosuch\"");
  EXPECT_EQ(get("/containers/web-1/top?ps_args=-o%20comm").json().at("message"), "Couldn't find PID field in ps output");
}

TEST_F(TopTest, LimitsShowInStats) {
  const auto sample = [&] { return get("/containers/web-1/stats?stream=0&one-shot=1").json(); };
  EXPECT_EQ(sample().at("memory_stats").at("limit"), 8ULL << 30);
  EXPECT_EQ(request("POST", "/containers/web-1/update", R"({"Memory":8388608,"PidsLimit":10,"NanoCpus":1000000})").status, 200);
  const auto limited = sample();
  EXPECT_EQ(limited.at("memory_stats").at("limit"), 8388608);
  EXPECT_LT(limited.at("memory_stats").at("usage").get<int>(), 8388608);
  EXPECT_EQ(limited.at("pids_stats").at("limit"), 10);
}

TEST_F(TopTest, AnImportedFileSystemIsAnImage) {
  std::string archive;
  append_tar(archive, {"f", TarEntry::Kind::file, 0644, {}, "text"});
  end_tar(archive);
  const auto imported = request("POST", "/images/create?fromSrc=-&repo=own/made&tag=1&changes=CMD%20%5B%22true%22%5D", archive);
  EXPECT_EQ(imported.status, 200);
  EXPECT_TRUE(imported.json().at("status").get<std::string>().starts_with("sha256:"));
  const auto image = get("/images/own/made:1/json").json();
  EXPECT_EQ(image.at("Id"), imported.json().at("status"));
  EXPECT_EQ(image.at("Config").at("Cmd"), json::array({"true"}));
  EXPECT_EQ(request("POST", "/images/create?fromSrc=-&repo=own/made", "no tar file").status, 500);
  EXPECT_EQ(request("POST", "/images/create?fromSrc=http://nowhere/x.tar&repo=own/made").status, 500);
}

}  // namespace
}  // namespace leakrig
