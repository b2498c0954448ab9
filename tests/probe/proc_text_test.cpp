#include "harness/probe/proc_text.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

constexpr const char* kStat =
    "4242 (a) b (c)) S 17 4242 4200 0 -1 1077936384 120 0 3 0 250 50 0 0 20 0 128 0 99012 310345728 2210 "
    "18446744073709551615 1 1 0 0 0 0 0 4096 1260 0 0 0 17 1 0 0 0 0 0\n";

TEST(ProcText, StatReadsPastANameWithParentheses) {
  const auto stat = parse_stat(kStat);
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->comm, "a) b (c)");
  EXPECT_EQ(stat->state, 'S');
  EXPECT_EQ(stat->parent, 17);
  EXPECT_EQ(stat->group, 4242);
  EXPECT_EQ(stat->session, 4200);
  EXPECT_EQ(stat->cpu_ticks, 300);
  EXPECT_EQ(stat->start_ticks, 99012U);
}

TEST(ProcText, StatCutShortAnywhereIsAbsent) {
  const std::string whole{kStat};
  const auto needed = whole.find("99012");
  for (std::size_t length = 0; length < needed; ++length) {
    EXPECT_FALSE(parse_stat(whole.substr(0, length))) << length;
  }
  EXPECT_FALSE(parse_stat("1 )( S 1 2 3"));
  EXPECT_FALSE(parse_stat("1 (x) S one 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"));
}

TEST(ProcText, StatmGivesResidentPages) {
  EXPECT_EQ(parse_statm_resident("75768 2210 1260 1 0 9000 0\n"), 2210U);
  EXPECT_EQ(parse_statm_resident("0 0 0 0 0 0 0\n"), 0U);
  EXPECT_FALSE(parse_statm_resident("75768"));
  EXPECT_FALSE(parse_statm_resident("a b"));
}

TEST(ProcText, KilobytesAreFoundByTheWholeFieldName) {
  EXPECT_EQ(parse_kilobytes("VmRSS:\t     900 kB\nRssAnon:\t     120 kB\n", "RssAnon"), 120 * 1024);
  EXPECT_EQ(parse_kilobytes("SwapPss:  5 kB\nPss_Anon:  6 kB\nPss:    7 kB\n", "Pss"), 7 * 1024);
  EXPECT_FALSE(parse_kilobytes("RssAnon:\t x kB\n", "RssAnon"));
  EXPECT_FALSE(parse_kilobytes("", "RssAnon"));
}

TEST(ProcText, SocketInode) {
  EXPECT_EQ(socket_inode("socket:[18446744073709551615]"), 18446744073709551615ULL);
  EXPECT_FALSE(socket_inode("socket:[18446744073709551616]"));
  EXPECT_FALSE(socket_inode("socket:[]"));
  EXPECT_FALSE(socket_inode("socket:[12"));
  EXPECT_FALSE(socket_inode("pipe:[12]"));
}

TEST(ProcText, FdKinds) {
  EXPECT_EQ(fd_kind("socket:[12]"), "socket");
  EXPECT_EQ(fd_kind("pipe:[12]"), "pipe");
  EXPECT_EQ(fd_kind("anon_inode:[eventpoll]"), "anon_inode:[eventpoll]");
  EXPECT_EQ(fd_kind("/var/log/pods/17/0.log"), "/var/log/pods/#/#.log");
  EXPECT_EQ(fd_kind("/tmp/socket"), "/tmp/socket");
}

TEST(ProcText, NumbersAndIdsCollapse) {
  EXPECT_EQ(collapse_numbers("worker-17"), "worker-#");
  EXPECT_EQ(collapse_numbers("readLoop"), "readLoop");
  EXPECT_EQ(collapse_numbers("0123456789abcdef.json"), "#.json");
  EXPECT_EQ(collapse_numbers("containers/deadbeef12/x"), "containers/#/x");
  EXPECT_EQ(collapse_numbers("defaced/feed"), "defaced/feed");
  EXPECT_EQ(collapse_numbers("effaced-cabbage"), "effaced-cabbage");
  EXPECT_EQ(collapse_numbers("a1b2"), "a#b#");
  EXPECT_EQ(collapse_numbers(""), "");
}

}  // namespace
}  // namespace leakrig
