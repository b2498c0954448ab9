#include "harness/fake_sink/forward_message.h"
#include "tests/support/gzip.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

namespace leakrig {
namespace {

using nlohmann::json;

constexpr std::size_t kLongest = 100'000;

std::string packed(const json& value) {
  const auto bytes = json::to_msgpack(value);
  return {bytes.begin(), bytes.end()};
}

json binary(const std::string& bytes) {
  return json::binary({bytes.begin(), bytes.end()});
}

const json kRecord{{"log", "web-1 seq=1"}, {"n", 3}};

std::vector<std::string> lines_of(const json& message) {
  std::istringstream stream{packed(message)};
  const auto read = read_forward(stream, kLongest);
  const auto* taken = std::get_if<ForwardMessage>(&read);
  return taken != nullptr ? taken->lines : std::vector<std::string>{"refused"};
}

TEST(ForwardMessage, IsReadInEachMode) {
  const std::vector<std::string> one{"web-1 seq=1\n"};
  const std::vector<std::string> two{"web-1 seq=1\n", "web-1 seq=1\n"};
  EXPECT_EQ(lines_of({"tag", 1764000000, kRecord}), one);
  EXPECT_EQ(lines_of({"tag", json::array({json::array({1, kRecord}), json::array({2, kRecord})})}), two);
  const auto entries = packed(json::array({1, kRecord})) + packed(json::array({2, kRecord}));
  EXPECT_EQ(lines_of({"tag", binary(entries)}), two);
  EXPECT_EQ(lines_of({"tag", binary(gzipped(entries)), {{"compressed", "gzip"}}}), two);
}

TEST(ForwardMessage, TakesTheTimeOfNanoseconds) {
  auto time = json::binary({0, 0, 0, 1, 0, 0, 0, 2}, 0);
  EXPECT_EQ(lines_of({"tag", time, kRecord}), std::vector<std::string>{"web-1 seq=1\n"});
}

TEST(ForwardMessage, AcknowledgesAChunk) {
  std::istringstream stream{packed({"tag", json::array({json::array({1, kRecord})}), {{"chunk", "abc"}}})};
  const auto read = read_forward(stream, kLongest);
  EXPECT_EQ(std::get<ForwardMessage>(read).acknowledgement, packed({{"ack", "abc"}}));
}

TEST(ForwardMessage, ReadsOneBehindAnother) {
  std::istringstream stream{packed({"a", 1, kRecord}) + packed({"b", 2, kRecord})};
  EXPECT_TRUE(std::holds_alternative<ForwardMessage>(read_forward(stream, kLongest)));
  EXPECT_TRUE(std::holds_alternative<ForwardMessage>(read_forward(stream, kLongest)));
  EXPECT_TRUE(std::holds_alternative<ForwardEnded>(read_forward(stream, kLongest)));
}

TEST(ForwardMessage, RefusesWhatIsNone) {
  const auto refused = [](const std::string& bytes) {
    std::istringstream stream{bytes};
    return std::holds_alternative<ForwardRefused>(read_forward(stream, kLongest));
  };
  EXPECT_TRUE(refused(packed(3)));
  EXPECT_TRUE(refused(packed({"tag", 1})));
  EXPECT_TRUE(refused(packed({1, 1, kRecord})));
  EXPECT_TRUE(refused("\xc1"));
  EXPECT_TRUE(refused(std::string(5000, '\x91'))) << "nested without end";
  EXPECT_TRUE(refused(packed({"tag", std::string(2 * kLongest, 'x')}))) << "too large";
  EXPECT_TRUE(refused(packed({"tag", binary("\xc1"), json::object()})));
  EXPECT_TRUE(refused(packed({"tag", binary("no gzip"), {{"compressed", "gzip"}}})));
}

}  // namespace
}  // namespace leakrig
