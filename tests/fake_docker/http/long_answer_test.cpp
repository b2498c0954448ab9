// Answers that are longer than a socket's buffer.
#include <algorithm>

#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

constexpr const char* kList = "/containers/json?all=1";

/// A list of about one MB, in which nothing ages: a scenario's second takes an hour.
class LongAnswerTest : public FakeDockerTest {
 protected:
  LongAnswerTest() {
    FleetConfig config;
    config.containers = 1000;
    config.logs.lines_per_s = 0;
    serve(config, 1.0 / 3600);
  }
};

TEST_F(LongAnswerTest, EveryReaderGetsTheSameBytes) {
  const auto first = get(kList);
  EXPECT_TRUE(first.complete);
  EXPECT_GT(first.body.size(), 900'000U);
  EXPECT_EQ(first.json().size(), 1000U);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(kList).body, first.body);
}

TEST_F(LongAnswerTest, AreSentOneBehindTheOtherOnOneConnection) {
  const auto expected = get(kList).body;
  Client client(socket());
  for (int i = 0; i < 3; ++i) client.get(kList);
  client.send("HEAD /_ping HTTP/1.1\r\nHost: docker\r\n\r\n");
  client.get("/_ping");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(client.response().body, expected);
  EXPECT_EQ(client.response(true).status, 200);
  EXPECT_EQ(client.response().body, "OK");
}

TEST_F(LongAnswerTest, ASlowReaderGetsTheListOfItsRequestWhateverHappensMeanwhile) {
  const auto before = get(kList).body;
  Client slow(socket());
  slow.get(kList);
  auto answer = slow.head();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(request("DELETE", "/containers/web-1?force=1").status, 204);
  const auto after = get(kList);
  EXPECT_EQ(after.json().size(), 999U);
  EXPECT_EQ(get(kList).body, after.body);
  slow.close_write();
  EXPECT_EQ(slow.rest(), before);
}

TEST_F(LongAnswerTest, ClientsThatGoInTheMiddleLeaveNothing) {
  const auto descriptors = open_descriptors();
  for (int i = 0; i < 50; ++i) {
    Client client(socket());
    client.get(kList);
    if (i % 2 == 0) client.head();
  }
  EXPECT_TRUE(eventually([&] {
    return docker_->counters().open_connections == 0 && open_descriptors() == descriptors;
  })) << open_descriptors()
      << " descriptors, not " << descriptors;
  const auto entries = ledger_.entries();
  EXPECT_TRUE(std::any_of(entries.begin(), entries.end(), [](const LedgerEntry& entry) {
    return entry.event == LedgerEvent::request_closed && entry.closed_by == "client";
  }));
}

TEST_F(LongAnswerTest, TheDaemonEndsInTheMiddleOfThem) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<Client>(socket()));
    clients.back()->get(kList);
    EXPECT_EQ(clients.back()->head().status, 200);
  }
  docker_.reset();
  const auto entries = ledger_.entries();
  EXPECT_EQ(std::count_if(entries.begin(), entries.end(),
                          [](const LedgerEntry& entry) {
                            return entry.event == LedgerEvent::request_closed && entry.closed_by == "server";
                          }),
            5);
}

}  // namespace
}  // namespace leakrig
