#include "harness/core/placeholders.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using Names = std::vector<std::string>;

TEST(Placeholders, AreLowerCaseNamesInBraces) {
  EXPECT_EQ(placeholders_in("--host={docker_host} {port:pprof}{file:etc/a-b.yaml}"),
            (Names{"docker_host", "port:pprof", "file:etc/a-b.yaml"}));
  EXPECT_EQ(placeholders_in("{port}"), Names{"port"});
}

TEST(Placeholders, AreNoOtherBraces) {
  for (const char* text : {"", "{", "{}", "{ a }", R"({"a":1})", "{a,b}", "{1..3}", "${home}", "{{.Names}}",
                           "{{docker_host}}", "up{code=\"200\"}", "{port:}", "{HOME}", "{unended"}) {
    EXPECT_EQ(placeholders_in(text), Names{}) << text;
  }
}

TEST(Placeholders, AreReplacedOnce) {
  const std::map<std::string, std::string> values{{"a", "{b}"}, {"b", "2"}, {"port:x", "81"}};
  EXPECT_EQ(fill_placeholders("{a}-{b}-{port:x}-{c}", values), "{b}-2-81-{c}");
  EXPECT_EQ(fill_placeholders("awk '{{b}}' ${b} {\"b\":{b}}", values), "awk '{b}' ${b} {\"b\":2}");
  EXPECT_EQ(fill_placeholders("{{{b}}}", values), "{{b}}");
}

}  // namespace
}  // namespace leakrig
