#include "harness/fleet/file_tree.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(FileTree, PathsAreCleaned) {
  EXPECT_EQ(FileTree::clean_path("/a/./b/../c/"), "/a/c");
  EXPECT_EQ(FileTree::clean_path("x", "/tmp"), "/tmp/x");
  EXPECT_EQ(FileTree::clean_path("../../.."), "/");
}

TEST(FileTree, WhatIsWrittenLiesOverTheImage) {
  FileTree tree("box");
  EXPECT_EQ(tree.find("/etc/hostname")->content, "box\n");
  EXPECT_TRUE(tree.put("/data/deep/f", {FileEntry::Kind::file, 0600, "x", {}}));
  EXPECT_TRUE(tree.is_directory("/data/deep"));
  EXPECT_EQ(tree.names("/data"), (std::vector<std::string>{"deep"}));
  EXPECT_FALSE(tree.put("/data/deep/f/g", {})) << "a file is no directory";
  EXPECT_TRUE(tree.remove("/etc/passwd"));
  EXPECT_FALSE(tree.find("/etc/passwd"));
  EXPECT_EQ(tree.changes(), (std::vector<std::pair<std::string, char>>{{"/data", 'A'}, {"/data/deep", 'A'}, {"/data/deep/f", 'A'}, {"/etc", 'C'}, {"/etc/passwd", 'D'}}));
  tree.put("/l", {FileEntry::Kind::link, 0777, "data/deep/f", {}});
  EXPECT_EQ(tree.find("/l")->content, "x");
  tree.put("/loop", {FileEntry::Kind::link, 0777, "/loop", {}});
  EXPECT_FALSE(tree.find("/loop"));
}

TEST(FileTree, IsBounded) {
  FileTree tree;
  EXPECT_FALSE(tree.put("/big", {FileEntry::Kind::file, 0644, std::string(FileTree::kMostBytes, 'x'), {}}));
  const auto before = tree.bytes();
  tree.put("/f", {FileEntry::Kind::file, 0644, std::string(1000, 'x'), {}});
  tree.remove("/f");
  EXPECT_EQ(tree.bytes(), before);
}

}  // namespace
}  // namespace leakrig
