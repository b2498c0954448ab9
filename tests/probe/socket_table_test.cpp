#include "harness/probe/socket_table.h"

#include <gtest/gtest.h>

#include "harness/probe/group_labels.h"
#include "harness/probe/unix_diag.h"

namespace leakrig {
namespace {

constexpr const char* kUnix =
    "Num       RefCount Protocol Flags    Type St Inode Path\n"
    "ffff8881: 00000002 00000000 00010000 0001 01 9001 /run/docker sock\n"
    "ffff8882: 00000003 00000000 00000000 0001 03 9002 /run/docker sock\n"
    "ffff8883: 00000003 00000000 00000000 0001 03 9003\n"
    "ffff8884: 00000002 00000000 00000000 0002 01 9004 @abstract\n";

constexpr const char* kTcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
    "   0: 0100007F:0C1C 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 501 1 0 100 "
    "0 0 10 0\n"
    "   1: 0100007F:D431 0100007F:0C1C 08 00000000:00000000 00:00000000 00000000     0        0 502 1 0 20 4 "
    "30 10 -1\n"
    "   2: 0100007F:D432 0100007F:0C1C 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0\n";

constexpr const char* kTcp6 =
    "  sl  local_address                         remote_address                        st tx_queue rx_queue "
    "tr "
    "tm->when retrnsmt   uid  timeout inode\n"
    "   0: 00000000000000000000000001000000:0050 00000000000000000000000001000000:D431 01 00000000:00000000 "
    "00:00000000 00000000     0        0 601 1 0\n"
    "   1: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000200007F:D431 01 00000000:00000000 "
    "00:00000000 00000000     0        0 602 1 0\n";

TEST(SocketTable, UnixSocketsByInode) {
  SocketTable table;
  parse_net_unix(kUnix, table);
  ASSERT_EQ(table.size(), 4U);
  EXPECT_EQ(table[9001].state, "listen");
  EXPECT_EQ(table[9001].local, "/run/docker sock");
  EXPECT_EQ(table[9002].state, "established");
  EXPECT_EQ(table[9003].local, "");
  EXPECT_EQ(table[9004].state, "unconnected");
  EXPECT_EQ(table[9004].local, "@abstract");
}

TEST(SocketTable, TcpWithStatesAndPeersAndWithoutWhatNobodyHolds) {
  SocketTable table;
  parse_net_inet(kTcp, "tcp", table);
  ASSERT_EQ(table.size(), 2U);
  EXPECT_EQ(table[501].state, "listen");
  EXPECT_EQ(table[501].local, "127.0.0.1:3100");
  EXPECT_EQ(table[501].peer, "");
  EXPECT_EQ(table[502].state, "close_wait");
  EXPECT_EQ(table[502].peer, "127.0.0.1:3100");
}

TEST(SocketTable, Ipv6AndMappedIpv4) {
  SocketTable table;
  parse_net_inet(kTcp6, "tcp6", table);
  EXPECT_EQ(table[601].local, "[::1]:80");
  EXPECT_EQ(table[602].peer, "127.0.0.2:54321");
}

TEST(SocketTable, LinesCutShortAreLeftOut) {
  const std::string whole{kTcp};
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    SocketTable table;
    parse_net_inet(whole.substr(0, length), "tcp", table);
    EXPECT_LE(table.size(), 2U);
    const std::string unix_text = std::string{kUnix}.substr(0, length);
    parse_net_unix(unix_text, table);
  }
  SocketTable table;
  parse_net_unix("\n\n x y\n: : : : : : :\n", table);
  parse_net_inet("h\n 0: 0100007F 0:0 01 a b c d e 1\n", "tcp", table);
  EXPECT_TRUE(table.empty());
}

TEST(SocketTable, GarbledDiagnosticsAreLeftOut) {
  SocketTable table;
  std::unordered_map<std::uint64_t, std::uint64_t> peers;
  std::vector<std::byte> bytes(64, std::byte{0xff});
  EXPECT_TRUE(parse_unix_diag(bytes, table, peers));
  EXPECT_FALSE(parse_unix_diag({}, table, peers));
  for (std::size_t length = 0; length < 64; ++length) {
    std::vector<std::byte> message(length, std::byte{0});
    if (length >= 6) {
      message[0] = static_cast<std::byte>(length);  // its own length
      message[4] = std::byte{20};                   // SOCK_DIAG_BY_FAMILY
    }
    parse_unix_diag(message, table, peers);
  }
  EXPECT_LE(table.size(), 1U);  // inode 0 of the zeroed messages that are long enough
}

TEST(SocketLabel, NamesWhatTheSocketIsForNotItsEphemeralPort) {
  const std::set<std::string> listening{"0.0.0.0:80", "/run/x.sock"};
  EXPECT_EQ(socket_label({"unix", "established", "", "/run/docker.sock"}, listening),
            "unix established to /run/docker.sock");
  EXPECT_EQ(socket_label({"unix", "established", "/run/x.sock", ""}, listening),
            "unix established on /run/x.sock");
  EXPECT_EQ(socket_label({"tcp", "close_wait", "127.0.0.1:54321", "127.0.0.1:3100"}, listening),
            "tcp close_wait to 127.0.0.1:3100");
  EXPECT_EQ(socket_label({"tcp", "established", "10.0.0.1:80", "10.0.0.9:54321"}, listening),
            "tcp established from 10.0.0.9 on port 80");
  EXPECT_EQ(socket_label({"tcp", "listen", "0.0.0.0:80", ""}, listening), "tcp listen on 0.0.0.0:80");
  EXPECT_EQ(socket_label({"udp", "", "0.0.0.0:5353", ""}, {}), "udp");
  EXPECT_EQ(socket_label({}, {}), "unknown");
}

TEST(SocketLabel, FamiliesOfTheKernelsProtocolNames) {
  EXPECT_EQ(family_of_protocol("UNIX"), "unix");
  EXPECT_EQ(family_of_protocol("UNIX-STREAM"), "unix");
  EXPECT_EQ(family_of_protocol("TCP"), "tcp");
  EXPECT_EQ(family_of_protocol("TCPv6"), "tcp6");
  EXPECT_EQ(family_of_protocol("MPTCPv6"), "tcp6");
  EXPECT_EQ(family_of_protocol("UDP-Lite"), "udp-lite");
  EXPECT_EQ(family_of_protocol("NETLINK"), "netlink");
}

TEST(GroupCounts, KeepTheSumWhenThereAreTooManyGroups) {
  GroupCounts counts;
  for (int i = 0; i < 3000; ++i) counts.add("file " + std::to_string(i));
  counts.add("file 0");
  std::map<std::string, double> groups;
  counts.add_to(groups);
  EXPECT_EQ(groups.size(), GroupCounts::kMax + 1);
  EXPECT_EQ(groups["(other)"], 2000);
  EXPECT_EQ(groups["file 0"], 2);
}

}  // namespace
}  // namespace leakrig
