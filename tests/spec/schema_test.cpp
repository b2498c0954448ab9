#include "harness/spec/schema.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

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

TEST_P(SchemaTest, NamesPlaceAndWhatIsAllowed) {
  const auto problem = find_schema_problem(json::parse(GetParam().document));
  ASSERT_TRUE(problem) << GetParam().document;
  EXPECT_EQ(problem->pointer, GetParam().pointer);
  EXPECT_NE(problem->message.find(GetParam().said), std::string::npos) << problem->message;
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
        Case{R"([])", "", "an object"}));

TEST(Schema, AcceptsWhatItDescribes) {
  EXPECT_FALSE(
      find_schema_problem(json::parse(R"({"name":"a","subject":{"collector":{}},"fleet":{"faults":[]},
    "expect":{"default":{"threads":"leak","versus_baseline":"identical","lines_lost":"none"}}})")));
}

TEST(NearestWord, OffersOnlyWhatIsNear) {
  EXPECT_EQ(nearest_word("fleeet", json{"fleet", "subject"}), "fleet");
  EXPECT_FALSE(nearest_word("zzzzzz", json{"fleet", "subject"}));
}

}  // namespace
}  // namespace leakrig
