#include "leakrig/maps.h"

#include <gtest/gtest.h>

namespace leakrig::testkit::detail {
namespace {

TEST(Maps, ALineIsRead) {
  const Mappings maps = parse_maps(
      "00001000-00003000 r-xp 00002000 fe:00 247026                     /usr/bin/with space (deleted)\n"
      "7f0f2ada3000-7f0f2ada5000 rw-p 00000000 00:00 0 \n"
      "7f0f2ada5000-7f0f2ada7000 rw-p 00000000 00:00 0                          [heap]\n");
  ASSERT_EQ(maps.size(), 3U);
  EXPECT_EQ(maps[0].begin, 0x1000U);
  EXPECT_EQ(maps[0].end, 0x3000U);
  EXPECT_EQ(maps[0].access, "r-xp");
  EXPECT_EQ(maps[0].inode, 247026U);
  EXPECT_EQ(maps[0].path, "/usr/bin/with space (deleted)");
  EXPECT_TRUE(maps[1].anonymous());
  EXPECT_FALSE(maps[2].anonymous());
}

Mapping memory(Address begin, Address end, const std::string& path = "") {
  return {begin, end, "rw-p", 0, path, begin, end};
}

TEST(Maps, TheNewPartOfAGrownMappingIsNew) {
  const Mappings parts = parts_not_in({memory(0x2000, 0x4000)}, {memory(0x1000, 0x6000)});
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].end, 0x2000U);
  EXPECT_EQ(parts[1].begin, 0x4000U);
  EXPECT_EQ(parts[1].end, 0x6000U);
  EXPECT_EQ(parts[1].whole_begin, 0x1000U);
}

TEST(Maps, SplitAndShrunkMappingsAreNotNew) {
  EXPECT_TRUE(
      parts_not_in({memory(0x1000, 0x6000)}, {memory(0x1000, 0x2000), memory(0x3000, 0x6000)}).empty());
}

TEST(Maps, AnotherThingAtTheSamePlaceIsNew) {
  EXPECT_EQ(parts_not_in({memory(0x1000, 0x2000)}, {memory(0x1000, 0x2000, "/memfd:x (deleted)")}).size(),
            1U);
}

}  // namespace
}  // namespace leakrig::testkit::detail
