#include "harness/analysis/stack_place.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

AttributionRow placed(const std::string& name) {
  AttributionRow row;
  row.kind = "goroutine";
  row.name = name;
  take_place(row);
  return row;
}

TEST(StackPlace, IsTheFirstFramesAndTheNameKeepsTheFileAlone) {
  const auto row =
      placed("main.(*monitor).read (/src/app/main.go:27), created by main.(*monitor).follow (main.go:22)");
  EXPECT_EQ(row.function, "main.(*monitor).read");
  EXPECT_EQ(row.file, "/src/app/main.go");
  EXPECT_EQ(row.line, 27);
  EXPECT_EQ(row.name, "main.(*monitor).read (main.go:27), created by main.(*monitor).follow (main.go:22)");
}

TEST(StackPlace, AFileWithoutFoldersStays) {
  const auto row = placed("main.f (main.go:9)");
  EXPECT_EQ(row.file, "main.go");
  EXPECT_EQ(row.line, 9);
  EXPECT_EQ(row.name, "main.f (main.go:9)");
}

TEST(StackPlace, AFileMayHaveSpaces) {
  const auto row = placed("main.f (/my src/main.go:9)");
  EXPECT_EQ(row.file, "/my src/main.go");
  EXPECT_EQ(row.name, "main.f (main.go:9)");
}

TEST(StackPlace, WhatIsNoPlaceIsLeftAlone) {
  for (const char* name : {"(no stack)", "", "(other)", "main.f (", "main.f (:9)", "main.f (main.go:)",
                           "main.f (main.go:x)", "main.f (main.go:0)", "main.f (main.go)", ")( (:)"}) {
    const auto row = placed(name);
    EXPECT_EQ(row.name, name);
    EXPECT_EQ(row.function, "") << name;
    EXPECT_EQ(row.file, "") << name;
    EXPECT_EQ(row.line, 0) << name;
  }
}

}  // namespace
}  // namespace leakrig
