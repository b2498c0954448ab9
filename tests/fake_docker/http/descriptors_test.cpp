// What is left of connections when they have gone, and what happens when no more can be had.
#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <fstream>

#include "tests/fake_docker/fixture.h"

namespace leakrig {
namespace {

/// Of this process.
double resident_mib() {
  std::ifstream in("/proc/self/statm");
  double pages = 0;
  in >> pages >> pages;
  return pages * 4096 / 1048576;
}

class NoLedger final : public LedgerSink {
 public:
  void record(const LedgerEntry&) override {}
};

class DescriptorsTest : public FakeDockerTest {
 protected:
  void open_and_drop(int streams) {
    for (int i = 0; i < streams; ++i) {
      Client client(socket());
      client.get("/containers/web-1/logs?stdout=1&follow=1");
      // Some are dropped unread, some in the middle.
      if (i % 2 == 0) client.head();
    }
    EXPECT_TRUE(eventually([&] { return docker_->counters().open_connections == 0; }));
    EXPECT_EQ(docker_->counters().open_streams, 0U);
  }
};

TEST_F(DescriptorsTest, ThousandsOfDroppedStreamsLeaveNothing) {
  FleetConfig config;
  config.logs.lines_per_s = 100;
  static NoLedger nothing;
  clock_ = std::make_unique<ScenarioClock>(system_, 1);
  FakeDockerOptions options;
  options.socket = socket();
  docker_ = std::make_unique<FakeDocker>(options, config, *clock_, nothing);
  open_and_drop(500);
  const auto descriptors = open_descriptors();
  const auto memory = resident_mib();
  open_and_drop(3000);
  EXPECT_EQ(open_descriptors(), descriptors);
  // A leaked stream would be half a KiB and more; sanitizers keep what was freed.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(resident_mib(), memory + 1.5);
#else
  (void)memory;
#endif
}

/// Holds the serving thread in its first entry until it is let go.
class GateLedger final : public LedgerSink {
 public:
  void record(const LedgerEntry&) override {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return is_open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    is_open_ = true;
    opened_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool is_open_ = false;
};

TEST_F(DescriptorsTest, AtTheLimitConnectionsAreRefusedWith503AndServedAgainLater) {
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  GateLedger gate;
  clock_ = std::make_unique<ScenarioClock>(system_, 1);
  FakeDockerOptions options;
  options.socket = socket();
  docker_ = std::make_unique<FakeDocker>(options, FleetConfig{}, *clock_, gate);
  // All are connected before the daemon may take a second descriptor.
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<Client>(socket()));
  rlimit tight = before;
  ::getrlimit(RLIMIT_NOFILE, &tight);
  tight.rlim_cur = open_descriptors() + 1;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  gate.open();
  int served = 0;
  int refused = 0;
  for (auto& client : clients) {
    client->get("/_ping");
    const auto status = client->head().status;
    served += status == 200 ? 1 : 0;
    refused += status == 503 ? 1 : 0;
    if (status == 503) client->close();
  }
  EXPECT_GE(served, 1);
  EXPECT_GE(refused, 1);
  EXPECT_EQ(served + refused, 8);
  EXPECT_EQ(docker_->counters().refused, static_cast<std::uint64_t>(refused));
  ::setrlimit(RLIMIT_NOFILE, &before);
  clients.clear();
  EXPECT_EQ(get("/_ping").status, 200);
  docker_.reset();  // before its ledger
}

}  // namespace
}  // namespace leakrig
