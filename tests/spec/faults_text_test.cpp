#include "harness/spec/faults_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "harness/core/bounded_json.h"
#include "harness/spec/problem.h"

namespace leakrig {
namespace {

using nlohmann::json;

struct BadFault {
  const char* list;
  const char* pointer;
  const char* said;
};
void PrintTo(const BadFault& bad, std::ostream* out) {
  *out << bad.list;
}

class WrongFaults : public testing::TestWithParam<BadFault> {};

TEST_P(WrongFaults, AreNamedByTheirPlace) {
  try {
    parse_faults(GetParam().list);
    FAIL();
  } catch (const ScenarioError& e) {
    ASSERT_EQ(e.problems().size(), 1U) << e.what();
    EXPECT_EQ(e.problems().front().pointer, GetParam().pointer);
    EXPECT_NE(e.problems().front().message.find(GetParam().said), std::string::npos) << e.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, WrongFaults,
    testing::Values(BadFault{R"({})", "", "an array"}, BadFault{R"([1])", "/0", "object"},
                    BadFault{R"([{"kind":"drop"},{}])", "/1", "kind"},
                    BadFault{R"([{"kind":"explode"}])", "/0/kind", "hold_open"},
                    BadFault{R"([{"kind":"delay_headers"}])", "/0", "\"delay\""},
                    BadFault{R"([{"kind":"drop","delay":"1s"}])", "/0/delay", "does not go with"},
                    BadFault{R"([{"kind":"drop","endpoint":"GET /nowhere"}])", "/0/endpoint", "no endpoint"},
                    BadFault{R"([{"kind":"drop","probability":0}])", "/0/probability", "above 0"},
                    BadFault{R"([{"kind":"drop","probability":1.5}])", "/0/probability", "at most 1"},
                    BadFault{R"([{"kind":"drop","from":"2s","to":"1s"}])", "/0/to", "later"},
                    BadFault{R"([{"kind":"cut","after":"soon"}])", "/0/after", "duration"},
                    BadFault{R"([{"kind":"stall","after_bytes":-1}])", "/0/after_bytes", "an integer"},
                    BadFault{R"([{"kind":"status","status":200}])", "/0/status", "400"},
                    BadFault{R"([{"kind":"status","status":600}])", "/0/status", "599"},
                    BadFault{R"([{"kind":"restart"}])", "/0", "from"},
                    BadFault{R"([{"kind":"restart","from":"1s","container":"web-1"}])", "/0/container",
                             "restart"},
                    BadFault{R"([{"kind":"restart","from":"1s","every":"5s","down_for":"6s"}])",
                             "/0/down_for", "shorter"}));

TEST(Faults, SurviveTheirJson) {
  const auto list = json::parse(R"([
    {"kind":"delay_headers","endpoint":"GET /info","container":"*","probability":0.5,"from":"1m","to":"2m","delay":"5s"},
    {"kind":"drip","endpoint":"*","container":"web-*","probability":1.0,"bytes":3,"every":"100ms"},
    {"kind":"status","endpoint":"*","container":"*","probability":1.0,"status":409,"message":"busy"},
    {"kind":"restart","from":"10s","every":"1m","down_for":"2s"}])");
  EXPECT_EQ(json::parse(faults_text(parse_faults(list.dump()))), list);
  EXPECT_THROW(parse_faults(std::string(100'000, '[')), JsonError);
}

}  // namespace
}  // namespace leakrig
