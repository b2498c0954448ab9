#include <nlohmann/json.hpp>

#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

class ControlTest : public FakeDockerTest {
 protected:
  void serve_with_control() {
    FleetConfig config;
    config.containers = 2;
    config.logs.lines_per_s = 10;
    FakeDockerOptions options;
    options.socket = socket();
    options.control = true;
    serve(config, 1, options);
  }
};

TEST_F(ControlTest, IsNotThereUnlessAskedFor) {
  serve({});
  EXPECT_EQ(get("/leakrig/ledger").status, 404);
  EXPECT_EQ(request("PUT", "/leakrig/faults", "[]").status, 404);
}

TEST_F(ControlTest, FaultsAreSetAndClearedAtRunTime) {
  serve_with_control();
  EXPECT_EQ(request("PUT", "/leakrig/faults", R"([{"kind":"status","status":500}])").status, 200);
  EXPECT_EQ(get("/_ping").status, 500);
  EXPECT_EQ(get("/leakrig/faults").json().at(0).at("kind"), "status") << "no fault hits the control endpoint";
  const auto wrong = request("PUT", "/leakrig/faults", R"([{"kind":"status","status":200}])");
  EXPECT_EQ(wrong.status, 400);
  EXPECT_NE(wrong.json().at("message").get<std::string>().find("/0/status"), std::string::npos);
  EXPECT_EQ(request("PUT", "/leakrig/faults", "nonsense").status, 400);
  EXPECT_EQ(get("/_ping").status, 500) << "a refused list changes nothing";
  EXPECT_EQ(request("DELETE", "/leakrig/faults").status, 200);
  EXPECT_EQ(get("/_ping").status, 200);
}

TEST_F(ControlTest, LedgerNamesWhatIsOpenAndWhatIsAnOrphan) {
  serve_with_control();
  std::vector<std::unique_ptr<Client>> clients;
  for (const auto* container : {"web-1", "web-1", "api-2"}) {
    clients.push_back(std::make_unique<Client>(socket()));
    clients.back()->get("/containers/" + std::string{container} + "/logs?stdout=1&follow=1");
    clients.back()->head();
  }
  const auto ledger = get("/leakrig/ledger").json();
  int superseded = 0;
  for (const auto& open : ledger.at("open")) {
    if (!open.contains("request") || open["request"]["container"] == "") continue;
    superseded += open["request"]["superseded"].get<bool>() ? 1 : 0;
    EXPECT_EQ(open["request"]["orphan"], open["request"]["superseded"]);
    EXPECT_GT(open["peer_pid"], 0);
  }
  EXPECT_EQ(superseded, 1);
  EXPECT_EQ(ledger.at("counters").at("open_streams"), 3);
  clients.clear();
  EXPECT_TRUE(eventually([&] {
    const auto after = get("/leakrig/ledger").json();
    return after.at("counters").at("open_streams") == 0 && after.at("closed").size() >= 6;
  }));
}

TEST_F(ControlTest, StreamHeldOpenAfterItsContainersEndIsAnOrphan) {
  serve_with_control();
  request("PUT", "/leakrig/faults", R"([{"kind":"hold_open","endpoint":"*logs*"}])");
  Client client(socket());
  client.get("/containers/web-1/logs?stdout=1&follow=1");
  client.head();
  request("POST", "/containers/web-1/stop");
  const auto ledger = get("/leakrig/ledger").json();
  int orphans = 0;
  for (const auto& open : ledger.at("open")) {
    if (open.contains("request")) orphans += open["request"]["orphan"].get<bool>() ? 1 : 0;
  }
  EXPECT_EQ(orphans, 1);
}

TEST_F(ControlTest, RestartIsAnsweredAndThenHappens) {
  serve_with_control();
  Client idle(socket());
  EXPECT_EQ(request("POST", "/leakrig/restart?down_for=0s").status, 200);
  EXPECT_TRUE(idle.at_eof());
  EXPECT_TRUE(eventually([&] {
    try {
      return get("/_ping").status == 200;
    } catch (const std::runtime_error&) {
      return false;
    }
  }));
  EXPECT_EQ(request("POST", "/leakrig/restart?down_for=soon").status, 400);
}

}  // namespace
}  // namespace leakrig
