#include "harness/fake_docker/state/network_store.h"

#include <gtest/gtest.h>

#include <set>

namespace leakrig {
namespace {

TEST(NetworkStore, PoolsDoNotOverlap) {
  NetworkStore store(1, true);
  std::set<std::string> subnets;
  int made = 0;
  while (const auto subnet = store.free_subnet()) {
    DockerNetwork network;
    network.name = "n" + std::to_string(made++);
    network.subnet = subnet;
    store.add(std::move(network));
    EXPECT_TRUE(subnets.insert(subnet->text()).second);
  }
  EXPECT_EQ(made, 13 + 16) << "of 172.17 to 172.31 two are taken; and sixteen of 192.168";
  EXPECT_TRUE(store.overlaps(*Subnet::parse("172.20.5.0/24")));
  EXPECT_FALSE(store.overlaps(*Subnet::parse("10.0.0.0/8")));
}

TEST(NetworkStore, AddressesAreHandedOutAndTakenBack) {
  NetworkStore store(1, false);
  DockerNetwork small;
  small.name = "small";
  small.subnet = Subnet::parse("10.0.0.0/29");
  small.gateway = "10.0.0.1";
  auto& network = store.add(std::move(small));
  const auto first = store.join(network, "");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->ip_address, "10.0.0.2");
  EXPECT_EQ(first->mac_address, "02:42:0a:00:00:02");
  EXPECT_FALSE(store.join(network, "10.0.0.2")) << "taken";
  EXPECT_FALSE(store.join(network, "10.0.1.1")) << "elsewhere";
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(store.join(network, ""));
  EXPECT_FALSE(store.join(network, "")) << "full";
  store.leave(*first);
  EXPECT_EQ(store.join(network, "")->ip_address, "10.0.0.2");
}

TEST(NetworkStore, IsFoundByNameAndId) {
  NetworkStore store(1, true);
  const auto id = store.find("shop_default")->id;
  EXPECT_EQ(store.find(id)->name, "shop_default");
  EXPECT_EQ(store.find(id.substr(0, 10))->name, "shop_default");
  EXPECT_EQ(store.find("nosuch"), nullptr);
  EXPECT_FALSE(Subnet::parse("10.0.0.0"));
  EXPECT_FALSE(Subnet::parse("10.0.0.256/8"));
}

}  // namespace
}  // namespace leakrig
