#include "harness/fake_docker/state/reaper.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/fake_docker/state/port_listeners.h"
#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

TEST(Reaper, ALineNamesLabels) {
  EXPECT_EQ(Reaper::parse_line("label=a%3Db&label=c=d%20e&name=x\r\n"), (Reaper::Labels{{"a", "b"}, {"c", "d e"}}));
  EXPECT_EQ(Reaper::parse_line("label=org.testcontainers\n"), (Reaper::Labels{{"org.testcontainers", ""}}));
  EXPECT_TRUE(Reaper::parse_line("\n").empty());
}

class ReaperTest : public FakeDockerTest {
 protected:
  void SetUp() override {
    FakeDockerOptions options;
    options.socket = socket();
    options.listen_ports = true;
    FleetConfig config;
    config.containers = 1;
    serve(config, 10, options);
    request("POST", "/images/create?fromImage=testcontainers/ryuk&tag=0.8.1");
  }
  void run(const std::string& name, const std::string& body) {
    ASSERT_EQ(request("POST", "/containers/create?name=" + name, body).status, 201);
    ASSERT_EQ(request("POST", "/containers/" + name + "/start").status, 204);
  }
  std::uint16_t port_of(const std::string& name) {
    const auto ports = get("/containers/" + name + "/json").json().at("NetworkSettings").at("Ports").at("8080/tcp");
    return static_cast<std::uint16_t>(std::stoi(ports.at(0).at("HostPort").get<std::string>()));
  }
};

UniqueFd connected_to(std::uint16_t port) {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

TEST_F(ReaperTest, RemovesWhatHasTheLabelsOnceItsClientHasLeft) {
  constexpr const char* kPublished = R"({"Image":"testcontainers/ryuk:0.8.1","Env":["RYUK_RECONNECTION_TIMEOUT=1s"],
    "HostConfig":{"PortBindings":{"8080/tcp":[{"HostPort":"0"}]}}})";
  run("reaper", kPublished);
  run("mine", R"({"Image":"nginx:1.25-alpine","Labels":{"session":"1"}})");
  run("other", R"({"Image":"nginx:1.25-alpine","Labels":{"session":"2"}})");
  EXPECT_EQ(request("POST", "/networks/create", R"({"Name":"net","Labels":{"session":"1"}})").status, 201);
  EXPECT_EQ(request("POST", "/volumes/create", R"({"Name":"vol","Labels":{"session":"1"}})").status, 201);
  auto client = connected_to(port_of("reaper"));
  ASSERT_EQ(::write(client.get(), "label=session%3D1\n", 18), 18);
  std::string said(4, '\0');
  ASSERT_EQ(::recv(client.get(), said.data(), 4, MSG_WAITALL), 4);
  EXPECT_EQ(said, "ACK\n");
  EXPECT_EQ(get("/containers/mine/json").status, 200) << "while it is there";
  client.reset();
  EXPECT_TRUE(eventually([&] { return get("/containers/mine/json").status == 404; }));
  EXPECT_EQ(get("/networks/net").status, 404);
  EXPECT_EQ(get("/volumes/vol").status, 404);
  EXPECT_EQ(get("/containers/other/json").status, 200);
  EXPECT_EQ(get("/containers/reaper/json").json().at("State").at("Status"), "exited");
}

TEST_F(ReaperTest, APublishedPortIsListenedOnWhileItsContainerRuns) {
  constexpr const char* kBody = R"({"Image":"nginx:1.25-alpine","ExposedPorts":{"80/tcp":{}},"HostConfig":{"PublishAllPorts":true}})";
  run("one", kBody);
  const auto ports = get("/containers/one/json").json().at("NetworkSettings").at("Ports").at("80/tcp");
  const auto port = static_cast<std::uint16_t>(std::stoi(ports.at(0).at("HostPort").get<std::string>()));
  EXPECT_FALSE(PortListeners::is_free(port));
  request("DELETE", "/containers/one?force=1");
  EXPECT_TRUE(eventually([&] { return PortListeners::is_free(port); }));
}

}  // namespace
}  // namespace leakrig
