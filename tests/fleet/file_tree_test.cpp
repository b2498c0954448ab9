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

TEST(FileTree, TreesShareTheirSpace) {
  MemoryBudget budget(10'000);
  FileTree one("a", budget.share());
  EXPECT_TRUE(one.put("/f", {FileEntry::Kind::file, 0644, std::string(6'000, 'x'), {}}));
  {
    FileTree other("b", budget.share());
    EXPECT_FALSE(other.put("/f", {FileEntry::Kind::file, 0644, std::string(6'000, 'x'), {}}));
    EXPECT_TRUE(other.put("/f", {FileEntry::Kind::file, 0644, "x", {}}));
    EXPECT_FALSE(other.append("/f", std::string(6'000, 'x'), {}));
    EXPECT_EQ(other.text("/f"), "x");
  }
  EXPECT_TRUE(one.append("/f", std::string(3'000, 'x'), {}));
  EXPECT_TRUE(one.remove("/f"));
  EXPECT_TRUE(budget.share().resize(10'000));
}

TEST(FileTree, NothingIsAtAPathThatIsTooLong) {
  FileTree tree;
  std::string deep;
  while (deep.size() < FileTree::kLongestPath) deep += "/a";
  EXPECT_TRUE(tree.put(deep, {}));
  EXPECT_FALSE(tree.put(deep + "/a", {}));
  EXPECT_FALSE(tree.put(std::string(1'000'000, '/') + std::string(1'000'000, 'n'), {}));
  EXPECT_FALSE(tree.find(deep + "/a"));
}

TEST(FileTree, CopiesNoMoreThanACommandMay) {
  FileTree tree;
  const std::string text(8'000'000, 'x');
  int copies = 0;
  while (copies < 100 && tree.put("/f", {FileEntry::Kind::file, 0644, text, {}})) ++copies;
  EXPECT_LT(copies, 20);
  tree.take_work();
  EXPECT_TRUE(tree.put("/f", {FileEntry::Kind::file, 0644, text, {}}));
}

}  // namespace
}  // namespace leakrig
