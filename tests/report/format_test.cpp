#include "harness/report/format.h"
#include "harness/report/wrap_text.h"

#include <gtest/gtest.h>

#include "harness/report/sentences.h"

namespace leakrig {
namespace {

TEST(WrapText, BlanksAtTheEndMakeNoLine) {
  for (std::size_t width = 1; width < 12; ++width) {
    for (const char* text : {"", " ", "ab ", "ab cd  ", "  ab"}) {
      std::vector<std::string> lines;
      wrap_text(text, width, lines, 2);
      for (const auto& line : lines) EXPECT_NE(line.find_first_not_of(' '), std::string::npos) << width;
    }
  }
  std::vector<std::string> lines;
  wrap_text("ab cd ", 5, lines);
  EXPECT_EQ(lines, std::vector<std::string>{"ab cd"});
}

TEST(Format, TimesAreMinutesWhereTheyAreWholeElseADuration) {
  EXPECT_EQ(mark_text(0), "T+0");
  EXPECT_EQ(mark_text(5), "T+5");
  EXPECT_EQ(mark_text(10.0 / 60), "T+10s");
  EXPECT_EQ(mark_text(1.5), "T+1m30s");
  EXPECT_EQ(mark_text(1.99), "T+1m59s");
  EXPECT_EQ(mark_text(0.25 / 60), "T+250ms");
}

TEST(Format, LengthsAreMinutesOrSeconds) {
  EXPECT_EQ(minutes_text(5), "5 minutes");
  EXPECT_EQ(minutes_text(1), "1 minute");
  EXPECT_EQ(minutes_text(2.5), "2.5 minutes");
  EXPECT_EQ(minutes_text(0.5), "30 seconds");
}

TEST(Format, InlineTextKeepsEveryCharacterButMakesNoMark) {
  EXPECT_EQ(inline_text("net/http.(*persistConn).readLoop"), "net/http.(\\*persistConn).readLoop");
  EXPECT_EQ(plain_text(inline_text("net/http.(*persistConn).readLoop[...]")),
            "net/http.(*persistConn).readLoop[...]");
  EXPECT_EQ(plain_text(inline_text(R"(C:\x)")), R"(C:\x)");
}

TEST(Format, ShareOfCertaintyIsNeverAll) {
  EXPECT_EQ(percent_text(0.95), "95 %");
  EXPECT_EQ(percent_text(0.999999), "99.99 %");
}

}  // namespace
}  // namespace leakrig
