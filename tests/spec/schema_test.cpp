#include "harness/spec/document/schema_check.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/spec/document/words.h"

namespace leakrig {
namespace {

using nlohmann::json;

struct Case {
  const char* document;
  const char* pointer;
  const char* said;  ///< a part of the message
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << (*c.pointer == '\0' ? "/" : c.pointer);
}

class SchemaTest : public testing::TestWithParam<Case> {};

TEST(SchemaLimits, AHundredProblemsAreEnough) {
  auto document = json::parse(R"({"name": "x", "subject": {"kind": "builtin"}})");
  for (int i = 0; i < 100'000; ++i) document["k" + std::to_string(i)] = std::string(i == 0 ? 1'000'000 : 1, 'x');
  document[std::string(1'000'000, 'k')] = 1;
  const auto problems = check_schema(document);
  ASSERT_EQ(problems.size(), 101U);
  EXPECT_EQ(problems.back().message, "there are more problems; these are the first");
}

TEST_P(SchemaTest, NamesPlaceAndWhatIsAllowed) {
  const auto problems = check_schema(json::parse(GetParam().document));
  ASSERT_EQ(problems.size(), 1U) << GetParam().document;
  EXPECT_EQ(problems.front().pointer, GetParam().pointer);
  EXPECT_NE(problems.front().message.find(GetParam().said), std::string::npos) << problems.front().message;
}

INSTANTIATE_TEST_SUITE_P(
    Problems, SchemaTest,
    testing::Values(
        Case{R"({"name":"a","subject":{},"flet":{}})", "/flet", "did you mean \"fleet\""},
        Case{R"({"name":"a","subject":{"collector":{"docker":{"transport":{"disable_keepalives":true}}}}})",
             "/subject/collector/docker/transport/disable_keepalives",
             "did you mean \"disable_keep_alives\""},
        Case{R"({"name":"a","subject":{},"fleet":{"containers":"eight"}})", "/fleet/containers",
             "an integer from 0 to 20000, got \"eight\""},
        Case{R"({"name":"a","subject":{},"fleet":{"containers":1000000}})", "/fleet/containers",
             "from 0 to 20000, got 1000000"},
        Case{R"({"name":"a","subject":{},"fleet":{"containers":2.5}})", "/fleet/containers", "an integer"},
        Case{R"({"name":"a","subject":{},"sampling":{"duration":"-5m"}})", "/sampling/duration",
             "a duration such as"},
        Case{R"({"name":"a","subject":{},"sampling":{"duration":5}})", "/sampling/duration",
             "a duration such as"},
        Case{R"({"name":"a","subject":{},"sampling":{"time_scale":0}})", "/sampling/time_scale",
             "a number from 0.1 to 600"},
        Case{R"({"subject":{}})", "", "an object with \"name\" and \"subject\""},
        Case{R"({"name":"a","subject":{},"expect":{"default":{"threads":"leaks"}}})",
             "/expect/default/threads", "one of \"leak\""},
        Case{R"({"name":"a","subject":{"command":["x",3]}})", "/subject/command/1", "a string"},
        Case{R"({"name":"A b","subject":{}})", "/name", "lower-case letters"},
        Case{R"({"name":"a","subject":{"command":["x"],"cwd":"/tmp"}})", "/subject/cwd",
             "did you mean \"working_directory\"?"},
        Case{R"({"name":"a","subject":{"collector":{"loki":{"batch_wait":"0s"}}}})",
             "/subject/collector/loki/batch_wait", "a duration above zero"},
        Case{R"({"name":"a","subject":{},"sampling":{"duration":"20000h"}})", "/sampling/duration",
             "at most 10,000 hours"},
        Case{R"({"name":"a","subject":{"command":["x"],"ready":{"port":"http"}}})", "/subject/ready/port",
             "a number from 1 to 65535, or \"{port:NAME}\""},
        Case{R"([])", "", "an object"}));

TEST(Schema, FindsEverythingThatIsWrong) {
  const auto problems = check_schema(json::parse(
      R"({"nam":"a","subject":{"collector":{"docker":{"clients":0}}},"fleet":{"containers":-1,"size":3},
          "expect":{"default":{"threads":"leaks"}},"variants":{}})"));
  std::vector<std::string> pointers;
  for (const auto& problem : problems) pointers.push_back(problem.pointer);
  std::sort(pointers.begin(), pointers.end());
  EXPECT_EQ(pointers,
            (std::vector<std::string>{"", "/expect/default/threads", "/fleet/containers", "/fleet/size",
                                      "/nam", "/subject/collector/docker/clients", "/variants"}));
}

TEST(Schema, DoesNotMatchPatternsAgainstWhatWouldOverflowTheStack) {
  const std::string digits(1'000'000, '1');
  const auto problems =
      check_schema(json{{"name", "a"}, {"subject", json::object()}, {"sampling", {{"duration", digits}}}});
  ASSERT_FALSE(problems.empty());
  EXPECT_NE(problems.front().message.find("longer than"), std::string::npos);
}

TEST(Schema, AcceptsWhatItDescribes) {
  EXPECT_TRUE(check_schema(json::parse(R"({"name":"a","subject":{"collector":{}},"fleet":{"faults":[]},
    "expect":{"default":{"threads":"leak","versus_reference":"identical","lines_lost":"none"}}})"))
                  .empty());
}

TEST(NearestWord, KnowsWhatOthersCallIt) {
  EXPECT_EQ(nearest_word("cwd", {"env", "working_directory"}), "working_directory");
  EXPECT_FALSE(nearest_word("cwd", {"fleet", "subject"})) << "there is none of it here";
}

TEST(NearestWord, OffersOnlyWhatIsNear) {
  EXPECT_EQ(nearest_word("fleeet", {"fleet", "subject"}), "fleet");
  EXPECT_FALSE(nearest_word("zzzzzz", {"fleet", "subject"}));
}

}  // namespace
}  // namespace leakrig
