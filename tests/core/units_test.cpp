#include "harness/core/units.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ParsesGoSyntax) {
  EXPECT_EQ(parse_duration("1m30s"), 90s);
  EXPECT_EQ(parse_duration("1.5h"), 90min);
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("0"), 0s);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "5", "-5s", "s", "1x", "1m 30s", "1e3s", "1..5s", ".s", "99999999h", "1ms5"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(Duration, FormatsWhatItParses) {
  for (const auto duration : {Nanos{0}, Nanos{30s}, Nanos{90s}, Nanos{250ms}, Nanos{3h + 1ns}}) {
    EXPECT_EQ(parse_duration(format_duration(duration)), duration) << format_duration(duration);
  }
}

TEST(Duration, ReadsWellForPeople) {
  EXPECT_EQ(humanize_duration(4min + 31s), "4 m 31 s");
  EXPECT_EQ(humanize_duration(850ms), "850 ms");
  EXPECT_EQ(humanize_duration(2h), "2 h");
}

TEST(Rfc3339, HasThirtyCharactersAndNanoseconds) {
  EXPECT_EQ(rfc3339_nano(Nanos{1'762'423'200'000'000'005}), "2025-11-06T10:00:00.000000005Z");
  EXPECT_EQ(rfc3339_nano(Nanos{0}).size(), 30U);
}

TEST(SignificantText, HasNoExponentWhereAPersonWouldWriteTheDigits) {
  EXPECT_EQ(significant_text(190, 2), "190");
  EXPECT_EQ(significant_text(187.4, 2), "187");
  EXPECT_EQ(significant_text(1.94, 2), "1.9");
  EXPECT_EQ(significant_text(9.97, 2), "10");
  EXPECT_EQ(significant_text(-3600, 3), "-3,600");
  EXPECT_EQ(significant_text(2'000'000, 6), "2,000,000");
  EXPECT_EQ(significant_text(0, 3), "0");
  EXPECT_EQ(significant_text(1e300, 3), "1e+300");
}

TEST(Thousands, AreSeparated) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
  EXPECT_EQ(with_thousands(-1234), "-1,234");
}

TEST(Bytes, UseBinaryUnits) {
  EXPECT_EQ(humanize_bytes(512), "512 B");
  EXPECT_EQ(humanize_bytes(1536), "1.5 KiB");
}

}  // namespace
}  // namespace leakrig
