#include "harness/spec/sweep.h"

#include <gtest/gtest.h>

#include "harness/core/error.h"

namespace leakrig {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

TEST(Sweep, ReadsAPointerAndItsValues) {
  const auto sweep = parse_sweep_option("/fleet/containers=1,2,16");
  EXPECT_EQ(sweep.pointer, "/fleet/containers");
  EXPECT_EQ(sweep.values, (std::vector<json>{1, 2, 16}));
  EXPECT_EQ(parse_sweep_option("/fleet/churn/lifetime=30s,1m").values, (std::vector<json>{"30s", "1m"}));
}

TEST(Sweep, RefusesWhatIsNone) {
  for (const char* option : {"fleet=1,2", "/a", "/a=", "/a=1", "/a=1,1", "/a=1,,2", "=1,2"})
    EXPECT_THROW(parse_sweep_option(option), UsageError) << option;
}

TEST(Sweep, MakesAVariantOfTheReferenceForEachValue) {
  ordered_json document = ordered_json::parse(
      R"({"name": "x", "fleet": {"seed": 3}, "variants": {"other": {}, "base": {"subject": {"pid": 5}}},
          "baseline": "base", "expect": {"base": {"threads": "leak"}}})");
  expand_sweep(document, {"/fleet/containers", {4, 8}});
  EXPECT_EQ(json(document),
            json::parse(R"({"name": "x", "fleet": {"seed": 3}, "variants": {
                "containers=4": {"subject": {"pid": 5}, "fleet": {"containers": 4}},
                "containers=8": {"subject": {"pid": 5}, "fleet": {"containers": 8}}},
                "sweep": {"pointer": "/fleet/containers", "values": [4, 8]}})"));
  EXPECT_EQ(document["variants"].begin().key(), "containers=4");
}

}  // namespace
}  // namespace leakrig
