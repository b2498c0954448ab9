#include "harness/watch/load_driver.h"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tests/support/temporary_directory.h"

namespace leakrig {
namespace {

TEST(NumberBeside, ReadsWhatLoadGeneratorsWrite) {
  EXPECT_EQ(number_beside("  123456 requests in 10.01s, 1.2MB read", "requests"), 123456);
  EXPECT_EQ(number_beside("Complete requests:      1000\nFailed: 0\n", "requests"), 1000);
  EXPECT_EQ(number_beside("http_reqs......................: 5,120 512/s", "http_reqs"), 5120);
  EXPECT_EQ(number_beside("Requests/sec: 99.5\n", "requests/sec"), 99.5);
  EXPECT_EQ(number_beside("[200] 1234 responses", "responses"), 1234);
  EXPECT_EQ(number_beside("{\"requests\": 7}", "requests"), 7);
}

TEST(NumberBeside, TakesTheLastAndPassesOverWordsWithoutANumber) {
  EXPECT_EQ(number_beside("requests: 1\nrequests: 2\nno more requests\n", "requests"), 2);
  EXPECT_FALSE(number_beside("no requests at all", "requests"));
  EXPECT_FALSE(number_beside("requests: 5", ""));
  EXPECT_FALSE(number_beside("", "requests"));
  EXPECT_FALSE(number_beside("5\nrequests\n7", "requests")) << "the numbers stand on other lines";
}

class LoadDriverTest : public ::testing::Test {
 protected:
  std::unique_ptr<LoadDriver> drive(const std::string& command, const std::string& counted = "") {
    return std::make_unique<LoadDriver>(
        LoadDriver::Options{command, {{"WORD", "hello"}}, directory.path() / "load.log", counted});
  }
  TemporaryDirectory directory;
};

TEST_F(LoadDriverTest, StartsAgainWhatEndsAndSumsWhatItCounts) {
  const auto load = drive("echo $WORD; echo requests: 10", "requests");
  while (load->count().value_or(0) < 30) std::this_thread::yield();
  EXPECT_FALSE(load->useless());
  const auto report = load->stop();
  EXPECT_GE(report.runs, 2);
  EXPECT_EQ(report.failed, 0);
  EXPECT_EQ(report.last_lines, "hello\nrequests: 10\n");
}

TEST_F(LoadDriverTest, OneThatIsNotFoundIsOfNoUse) {
  const auto load = drive("no-such-load-generator");
  while (!load->useless()) std::this_thread::yield();
  EXPECT_NE(load->useless()->find("exit code 127"), std::string::npos) << *load->useless();
  EXPECT_EQ(load->stop().failed, load->stop().runs);
}

TEST_F(LoadDriverTest, StoppingAsksForTheSummary) {
  const auto load =
      drive("trap 'echo requests: 42; exit 0' INT; echo begun; while :; do sleep 0.01; done", "requests");
  while (std::ifstream(directory.path() / "load.log").peek() == std::ifstream::traits_type::eof())
    std::this_thread::yield();
  const auto report = load->stop();
  EXPECT_EQ(report.count, 42);
  EXPECT_EQ(report.runs, 0) << "it did not end by itself";
}

}  // namespace
}  // namespace leakrig
