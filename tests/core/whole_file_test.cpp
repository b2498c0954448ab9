#include "harness/core/whole_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "harness/core/error.h"
#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

TEST(WriteWhole, ReplacesAFileAndLeavesNothingBeside) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "report.md";
  write_whole(file, "first");
  write_whole(file, "second");
  EXPECT_EQ(text_of(file), "second");
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator{}), 1);
}

TEST(WriteWhole, ALinkGoesOnPointingWhereItDoes) {
  const TemporaryDirectory directory;
  write_whole(directory.path() / "there", "old");
  fs::create_symlink(directory.path() / "there", directory.path() / "link");
  write_whole(directory.path() / "link", "new");
  EXPECT_TRUE(fs::is_symlink(directory.path() / "link"));
  EXPECT_EQ(text_of(directory.path() / "there"), "new");
}

TEST(WriteWhole, ADeviceIsWrittenToAndNotReplaced) {
  try {
    write_whole("/dev/full", "text");
    FAIL() << "it was written";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "/dev/full: cannot be written: No space left on device");
  }
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
  EXPECT_NO_THROW(write_whole("/dev/null", "text"));
}

TEST(WriteWhole, WhereItCannotItSaysWhyAndLeavesNothing) {
  const TemporaryDirectory directory;
  fs::create_directory(directory.path() / "taken");
  EXPECT_THROW(write_whole(directory.path() / "taken", "text"), Error);
  EXPECT_THROW(write_whole(directory.path() / "no" / "such", "text"), Error);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), fs::directory_iterator{}), 1);
}

}  // namespace
}  // namespace leakrig
