#include "harness/fake_sink/push_request.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

std::string reason(std::string_view body) {
  const auto parsed = parse_push_request(body);
  const auto* refused = std::get_if<PushRefused>(&parsed);
  return refused != nullptr ? refused->reason : "accepted";
}

TEST(PushRequest, ReadsLinesOfEveryStreamInOrder) {
  const auto parsed = parse_push_request(R"({"streams":[
      {"stream":{"container":"a"},"values":[["1","one"],["2","two",{"trace":"x"}]]},
      {"stream":{"container":"b"},"values":[["3","three"]]}]})");
  ASSERT_TRUE(std::holds_alternative<PushedLines>(parsed));
  EXPECT_EQ(std::get<PushedLines>(parsed).lines, (std::vector<std::string>{"one", "two", "three"}));
}

TEST(PushRequest, AcceptsAnEmptyPush) {
  EXPECT_EQ(reason(R"({"streams":[]})"), "accepted");
}

TEST(PushRequest, SaysWhatIsWrong) {
  EXPECT_EQ(reason("{"), "not JSON");
  EXPECT_EQ(reason("\xff\xfe"), "not JSON");
  EXPECT_EQ(reason("[]"), "\"streams\" must be an array");
  EXPECT_EQ(reason(R"({"streams":{}})"), "\"streams\" must be an array");
  EXPECT_EQ(reason(R"({"streams":[1]})"), "streams[0]: not an object");
  EXPECT_EQ(reason(R"({"streams":[{"values":[]}]})"), "streams[0].stream: must be an object of labels");
  EXPECT_EQ(reason(R"({"streams":[{"stream":{},"values":[]}]})"),
            "error at least one label pair is required per stream");
  EXPECT_EQ(reason(R"({"streams":[{"stream":{"a":1},"values":[]}]})"),
            "streams[0].stream.a: must be a string");
  EXPECT_EQ(reason(R"({"streams":[{"stream":{"a":"b"}}]})"), "streams[0].values: must be an array");
}

TEST(PushRequest, RefusesAValueOfTheWrongShape) {
  const auto with = [](const std::string& value) {
    return reason(R"({"streams":[{"stream":{"a":"b"},"values":[)" + value + "]}]}");
  };
  EXPECT_EQ(with(R"(["1","x"])"), "accepted");
  EXPECT_EQ(with(R"(["1"])"), "streams[0].values[0]: must be [\"<nanoseconds>\", \"line\"]");
  EXPECT_EQ(with(R"([1,"x"])"), "streams[0].values[0]: the time stamp must be a string of nanoseconds");
  EXPECT_EQ(with(R"(["1e9","x"])"), "streams[0].values[0]: the time stamp must be a string of nanoseconds");
  EXPECT_EQ(with(R"(["",  "x"])"), "streams[0].values[0]: the time stamp must be a string of nanoseconds");
  EXPECT_EQ(with(R"(["12345678901234567890","x"])"),
            "streams[0].values[0]: the time stamp must be a string of nanoseconds");
  EXPECT_EQ(with(R"(["1","x"],["2",3])"), "streams[0].values[1]: the line must be a string");
  EXPECT_EQ(with(R"(["1","x",4])"), "streams[0].values[0]: metadata must be an object");
}

}  // namespace
}  // namespace leakrig
