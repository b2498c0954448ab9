#include "harness/core/output_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

/// What is on disk of these pieces of output.
std::string kept(const std::vector<std::string>& pieces, std::uint64_t limit) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "out";
  OutputFile file;
  EXPECT_TRUE(file.open(path.c_str(), limit));
  for (const auto& piece : pieces) file.append(piece.data(), piece.size());
  file.close();
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(OutputFile, KeepsAllOfAShortOutput) {
  EXPECT_EQ(kept({"one\n", "two\n"}, 100), "one\ntwo\n");
  EXPECT_EQ(kept({std::string(200'000, 'x')}, 0).size(), 200'000U);
}

TEST(OutputFile, WhatIsALittleLongerThanTheLimitIsWholeAllTheSame) {
  EXPECT_EQ(kept({"0123456789", "abc"}, 5), "0123456789abc");
}

TEST(OutputFile, OfALongOutputTheEndIsKeptToo) {
  const std::string text =
      kept({std::string(10, 'a') + std::string(100'000, 'b'), std::string(70'000, 'c') + "end"}, 10);
  EXPECT_EQ(text.substr(0, 10), "aaaaaaaaaa");
  EXPECT_NE(text.find("[leakrig: output was cut here"), std::string::npos);
  EXPECT_EQ(text.find("bb"), std::string::npos) << "only the last 64 KiB";
  EXPECT_EQ(text.substr(text.size() - 4), "cend");
}

TEST(OutputFile, AnOutputThatCannotBeOpenedIsTold) {
  OutputFile file;
  EXPECT_FALSE(file.open("/no/such/directory/out", 0));
}

}  // namespace
}  // namespace leakrig
