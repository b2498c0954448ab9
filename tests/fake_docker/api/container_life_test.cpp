#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

class LifeTest : public FakeDockerTest {
 protected:
  void SetUp() override {
    FleetConfig config;
    config.containers = 2;
    serve(config);
  }
  std::string create(const std::string& body, const std::string& name = "") {
    const auto made = request("POST", "/containers/create" + (name.empty() ? "" : "?name=" + name), body);
    EXPECT_EQ(made.status, 201) << made.body;
    return made.json().at("Id");
  }
  std::string message(const Response& response) { return response.json().at("message"); }
};

constexpr const char* kSays =
    R"({"Image":"nginx:1.25-alpine","Cmd":["sh","-c","echo one; echo two; exit 3"]})";

TEST_F(LifeTest, CreateAnswersAsDockerd) {
  const auto id = create(kSays, "mine");
  EXPECT_EQ(id.size(), 64U);
  EXPECT_EQ(get("/containers/mine/json").json().at("State").at("Status"), "created");
  const auto again = request("POST", "/containers/create?name=mine", kSays);
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(message(again),
            "Conflict. The container name \"/mine\" is already in use by container \"" + id +
                "\". You have to remove (or rename) that container to be able to reuse that name.");
  const auto missing = request("POST", "/containers/create", R"({"Image":"nowhere"})");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(message(missing), "No such image: nowhere:latest");
  EXPECT_EQ(request("POST", "/containers/create?name=-bad", kSays).status, 400);
  for (const auto* body : {"", "[]", "{", R"({"Image":7})", R"({"Image":"nginx:1.25-alpine","Cmd":[1]})"})
    EXPECT_EQ(request("POST", "/containers/create", body).status, 400) << body;
  EXPECT_EQ(get("/containers/json").json().size(), 2U) << "none of them runs";
}

TEST_F(LifeTest, WaitSendsItsHeadersAtOnceAndTheCodeAtTheExit) {
  create(kSays, "mine");
  Client waiter(socket());
  waiter.send(
      "POST /containers/mine/wait?condition=next-exit HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(waiter.head().status, 200);
  EXPECT_EQ(request("POST", "/containers/mine/start").status, 204);
  Response answer;
  waiter.read_body(answer, [](const std::string&) { return false; });
  EXPECT_EQ(answer.json().at("StatusCode"), 3);
  EXPECT_EQ(request("POST", "/containers/mine/wait").json().at("StatusCode"), 3);
  EXPECT_EQ(request("POST", "/containers/mine/wait?condition=soon").status, 400);
}

TEST_F(LifeTest, LogsOfACreatedContainerAreItsWords) {
  create(kSays, "mine");
  request("POST", "/containers/mine/start");
  request("POST", "/containers/mine/wait");
  std::string text;
  for (const auto& frame : parse_frames(get("/containers/mine/logs?stdout=1&stderr=1").body))
    text += frame.payload;
  EXPECT_EQ(text, "one\ntwo\n");
}

TEST_F(LifeTest, AttachIsAnUpgradeAndEndsWithTheContainer) {
  create(kSays, "mine");
  Client attached(socket());
  attached.send(
      "POST /v1.41/containers/mine/attach?stream=1&stdout=1&stderr=1 HTTP/1.1\r\nHost: d\r\nConnection: "
      "Upgrade\r\nUpgrade: tcp\r\n\r\n");
  const auto head = attached.head();
  EXPECT_EQ(head.status, 101);
  EXPECT_EQ(head.headers.at("content-type"), "application/vnd.docker.raw-stream");
  request("POST", "/containers/mine/start");
  const auto frames = parse_frames(attached.rest());
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames[1].payload, "two\n");
  EXPECT_TRUE(eventually([&] { return docker_->counters().open_streams == 0; }));
}

TEST_F(LifeTest, AHalfClosedExecStillAnswers) {
  const auto exec =
      request("POST", "/containers/web-1/exec", R"({"Cmd":["cat"],"AttachStdin":true,"AttachStdout":true})");
  ASSERT_EQ(exec.status, 201);
  const std::string id = exec.json().at("Id");
  Client client(socket());
  client.send(
      "POST /exec/" + id +
      "/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_EQ(client.head().status, 101);
  client.send("some input");
  client.close_write();
  const auto frames = parse_frames(client.rest());
  ASSERT_EQ(frames.size(), 1U);
  EXPECT_EQ(frames[0].payload, "some input");
  EXPECT_TRUE(eventually([&] { return get("/exec/" + id + "/json").json().at("Running") == false; }));
  EXPECT_EQ(get("/exec/" + id + "/json").json().at("ExitCode"), 0);
  EXPECT_EQ(request("POST", "/exec/" + id + "/start", "{}").status, 409);
  EXPECT_EQ(get("/exec/nope/json").status, 404);
}

TEST_F(LifeTest, AnAttachedClientThatLeavesLeavesNothing) {
  for (const bool half_closed : {false, true}) {
    Client client(socket());
    client.send(
        "POST /containers/web-1/attach?stream=1&stdin=1&stdout=1 HTTP/1.1\r\nHost: d\r\nUpgrade: "
        "tcp\r\n\r\n");
    EXPECT_EQ(client.head().status, 101);
    if (half_closed) client.close_write();
    client.close();
    EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; })) << half_closed;
  }
  EXPECT_EQ(get("/containers/web-1/json").json().at("State").at("Running"), true);
}

TEST_F(LifeTest, PauseRenameAndRemoveAnswerAsDockerd) {
  EXPECT_EQ(request("POST", "/containers/web-1/pause").status, 204);
  EXPECT_EQ(request("POST", "/containers/web-1/pause").status, 409);
  EXPECT_EQ(request("DELETE", "/containers/web-1").status, 409);
  EXPECT_EQ(get("/containers/web-1/json").json().at("State").at("Paused"), true);
  EXPECT_EQ(request("POST", "/containers/web-1/unpause").status, 204);
  EXPECT_EQ(request("POST", "/containers/web-1/unpause").status, 500);
  EXPECT_EQ(request("POST", "/containers/web-1/rename?name=api-2").status, 409);
  EXPECT_EQ(request("POST", "/containers/web-1/rename?name=").status, 400);
  EXPECT_EQ(request("POST", "/containers/web-1/rename?name=other").status, 204);
  EXPECT_EQ(get("/containers/web-1/json").status, 404);
  EXPECT_EQ(request("DELETE", "/containers/other").status, 409);
  EXPECT_EQ(request("DELETE", "/containers/other?force=1").status, 204);
  EXPECT_EQ(get("/containers/other/json").status, 404);
  EXPECT_EQ(get("/containers/json?all=1").json().size(), 1U);
}

TEST_F(LifeTest, FollowersGoOnAfterAPause) {
  docker_.reset();
  FleetConfig config;
  config.containers = 1;
  config.logs.lines_per_s = 50;
  serve(config);
  Client follower(socket());
  follower.get("/containers/web-1/logs?stdout=1&follow=1");
  auto logs = follower.head();
  request("POST", "/containers/web-1/pause");
  request("POST", "/containers/web-1/unpause");
  const auto seen = sequences(logs.body).size();
  follower.read_body(logs, [&](const std::string& body) { return sequences(body).size() >= seen + 20; });
  const auto numbers = sequences(logs.body);
  for (std::size_t i = 1; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], numbers[i - 1] + 1);
}

TEST_F(LifeTest, ImagesNetworksAndVolumesAreThoseOfTheFleet) {
  EXPECT_EQ(get("/images/json").json().size(), 2U);
  EXPECT_EQ(get("/images/shop/api:2.4.1/json").json().at("RepoTags").at(0), "shop/api:2.4.1");
  EXPECT_EQ(get("/images/nope/json").status, 404);
  EXPECT_TRUE(request("POST", "/images/create?fromImage=nope&tag=1").complete);
  EXPECT_EQ(get("/images/nope:1/json").status, 200);
  EXPECT_EQ(request("DELETE", "/images/nope:1").status, 200);
  EXPECT_EQ(get("/networks").json().size(), 4U);
  EXPECT_EQ(get("/networks/shop_default").json().at("Containers").size(), 2U);
  EXPECT_EQ(get("/networks/nope").status, 404);
  EXPECT_TRUE(get("/volumes").json().at("Volumes").is_array());
  EXPECT_EQ(get("/volumes/nope").status, 404);
  EXPECT_EQ(get("/system/df").json().at("Containers").size(), 2U);
  EXPECT_EQ(get("/containers/web-1/top").json().at("Processes").size(), 1U);
}

TEST_F(LifeTest, AnUpdateOfOneOfTheFleetsOwnIsKept) {
  EXPECT_EQ(request("POST", "/containers/web-1/update", R"({"Memory":67108864,"MemorySwap":-1})").status, 200);
  const auto host = get("/containers/web-1/json").json().at("HostConfig");
  EXPECT_EQ(host.at("Memory"), 67108864);
  EXPECT_EQ(host.at("MemorySwap"), -1);
  EXPECT_EQ(host.at("LogConfig").at("Type"), "json-file");
}

TEST_F(LifeTest, WhoNamesEndpointsIsInThoseNetworksAlone) {
  request("POST", "/networks/create", R"({"Name":"own"})");
  const auto networks_of = [&](const std::string& name, const std::string& rest) {
    create(R"({"Image":"nginx:1.25-alpine")" + rest + "}", name);
    std::vector<std::string> names;
    const auto shown = get("/containers/" + name + "/json").json();
    for (const auto& [network, place] : shown.at("NetworkSettings").at("Networks").items()) names.push_back(network);
    return names;
  };
  EXPECT_EQ(networks_of("none", ""), std::vector<std::string>{"bridge"});
  EXPECT_EQ(networks_of("named", R"(,"NetworkingConfig":{"EndpointsConfig":{"own":{}}})"), std::vector<std::string>{"own"});
  EXPECT_EQ(networks_of("both", R"(,"NetworkingConfig":{"EndpointsConfig":{"own":{},"default":{}}})"), (std::vector<std::string>{"bridge", "own"}));
  EXPECT_EQ(networks_of("mode", R"(,"HostConfig":{"NetworkMode":"own"})"), std::vector<std::string>{"own"});
}

TEST_F(LifeTest, ProgressAndArchivesComeInChunks) {
  create(kSays, "mine");
  for (const auto* target : {"/containers/mine/export", "/containers/mine/archive?path=/etc", "/images/get?names=nginx:1.25-alpine"}) {
    const auto answer = get(target);
    EXPECT_EQ(answer.status, 200) << target;
    EXPECT_EQ(answer.headers.count("content-length"), 0U) << target;
    EXPECT_EQ(answer.headers.at("transfer-encoding"), "chunked") << target;
    EXPECT_TRUE(answer.complete) << target;
    EXPECT_EQ(answer.body.size() % 512, 0U) << target;
  }
  const auto loaded = request("POST", "/images/load", get("/images/get?names=nginx:1.25-alpine").body);
  EXPECT_EQ(loaded.headers.count("content-length"), 0U);
  EXPECT_NE(loaded.body.find("Loaded image: nginx:1.25-alpine"), std::string::npos) << loaded.body;
}

}  // namespace
}  // namespace leakrig
