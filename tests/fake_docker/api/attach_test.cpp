#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

using namespace std::string_literals;

class AttachTest : public FakeDockerTest {
 protected:
  void SetUp() override {
    FleetConfig config;
    config.containers = 1;
    config.logs.lines_per_s = 0;
    serve(config);
  }
  void attach(Client& client, const std::string& target, const std::string& headers) {
    client.send(target + " HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\n" + headers + "\r\n");
  }
  void create(const std::string& body) {
    ASSERT_EQ(request("POST", "/containers/create?name=mine", body).status, 201);
    ASSERT_EQ(request("POST", "/containers/mine/start").status, 204);
  }
};

TEST_F(AttachTest, InputThatNobodyReadsHoldsNobodyUp) {
  Client client(socket());
  attach(client, "POST /containers/web-1/attach?stream=1&stdin=1&stdout=1", "Upgrade: tcp\r\n");
  EXPECT_EQ(client.head().status, 101);
  client.send("typed\n");
  // Twice, as the first may be answered before the input has come.
  EXPECT_EQ(get("/_ping").body, "OK");
  EXPECT_TRUE(eventually([&] { return get("/_ping").body == "OK"; }));
  EXPECT_EQ(request("POST", "/containers/web-1/stop").status, 204);
  EXPECT_EQ(client.rest(), "");
}

TEST_F(AttachTest, AWebSocketCarriesInputAndOutputUnframed) {
  create(R"({"Image":"nginx:1.25-alpine","Cmd":["sh","-c","cat; echo end"],"OpenStdin":true,"StdinOnce":true})");
  Client client(socket());
  attach(client, "GET /containers/mine/attach/ws?stream=1&stdin=1&stdout=1&stderr=1",
         "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
  const auto head = client.head();
  EXPECT_EQ(head.status, 101);
  EXPECT_EQ(head.headers.at("upgrade"), "websocket");
  EXPECT_EQ(head.headers.at("sec-websocket-accept"), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  // A newline under a mask of zeros, then the close frame: its end is the input's.
  client.send("\x81\x81\0\0\0\0\n\x88\x80\0\0\0\0"s);
  const auto answer = client.rest();
  EXPECT_NE(answer.find("end\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.starts_with("\x82")) << "binary messages";
  EXPECT_TRUE(answer.ends_with("\x88\x02\x03\xe8"));
}

TEST_F(AttachTest, AWebSocketNeedsItsHandshake) {
  EXPECT_EQ(get("/containers/web-1/attach/ws?stream=1").status, 400);
}

}  // namespace
}  // namespace leakrig
