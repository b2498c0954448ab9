#include "harness/fake_docker/http/tar.h"

#include <gtest/gtest.h>

#include "tests/support/gzip.h"

namespace leakrig {
namespace {

TEST(Tar, WhatIsWrittenIsRead) {
  const std::string long_name = "dir/" + std::string(200, 'n');
  std::string archive;
  append_tar(archive, {"dir", TarEntry::Kind::directory, 0755, std::chrono::seconds{7}, {}});
  append_tar(archive, {long_name, TarEntry::Kind::file, 0600, std::chrono::seconds{8}, std::string(1000, 'x')});
  append_tar(archive, {"dir/l", TarEntry::Kind::link, 0777, {}, "target"});
  end_tar(archive);
  EXPECT_EQ(archive.size() % 512, 0U);
  const auto entries = read_tar(archive);
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[0].name, "dir/");
  EXPECT_EQ((*entries)[0].kind, TarEntry::Kind::directory);
  EXPECT_EQ((*entries)[1].name, long_name);
  EXPECT_EQ((*entries)[1].content.size(), 1000U);
  EXPECT_EQ((*entries)[1].mode, 0600U);
  EXPECT_EQ((*entries)[1].changed, std::chrono::seconds{8});
  EXPECT_EQ((*entries)[2].content, "target");
}

TEST(Tar, WhatIsNoneIsRefused) {
  EXPECT_FALSE(read_tar(std::string(1024, 'x')));
  std::string archive;
  append_tar(archive, {"f", TarEntry::Kind::file, 0644, {}, std::string(600, 'x')});
  EXPECT_FALSE(read_tar(archive.substr(0, 700))) << "cut short";
  archive[0] = 'g';
  EXPECT_FALSE(read_tar(archive)) << "its checksum is another's";
  EXPECT_TRUE(read_tar("")->empty());
  EXPECT_FALSE(read_tar("too short for a block"));
}

TEST(Tar, GzipIsUndone) {
  std::string archive;
  append_tar(archive, {"f", TarEntry::Kind::file, 0644, {}, "text"});
  end_tar(archive);
  const auto entries = read_tar(gzipped(archive));
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().content, "text");
  EXPECT_FALSE(read_tar(gzipped(archive).substr(0, 40))) << "cut short";
}

}  // namespace
}  // namespace leakrig
