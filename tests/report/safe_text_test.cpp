#include "harness/report/safe_text.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(Printable, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(printable("web-1 größe → 日本 🙂"), "web-1 größe → 日本 🙂");
}

TEST(Printable, TakesOutWhatATerminalWouldObey) {
  EXPECT_EQ(printable("\x1b[31mred\x07"), " [31mred ");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            " 31m");
  EXPECT_EQ(printable("a\r\nb\x7f"), "a  b ");
  EXPECT_EQ(printable(std::string("a\0b", 3)), "a b");
}

TEST(Printable, ReplacesWhatIsNotUtf8AndWhatDeceives) {
  EXPECT_EQ(printable("\xff"
                      "a\xc3"),
            "\xEF\xBF\xBD"
            "a\xEF\xBF\xBD");
  EXPECT_EQ(printable("\xe2\x80\xae"
                      "x"),
            "\xEF\xBF\xBD"
            "x");
  EXPECT_EQ(printable("\xc0\xaf"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80").find('\xed'), std::string::npos) << "a surrogate";
}

TEST(Printable, CutsAtACharactersBoundary) {
  EXPECT_EQ(printable("ääää", 5), "ää...");
  EXPECT_EQ(printable("abc", 3), "abc");
  EXPECT_LE(printable(std::string(4096, 'x')).size(), kLongestName + 3);
}

TEST(CsvCell, IsNoFormula) {
  EXPECT_EQ(csv_cell("=1+1"), "\"'=1+1\"");
  EXPECT_EQ(csv_cell(" @x"), "\"' @x\"");
  EXPECT_EQ(csv_cell("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(csv_cell("x=1"), "\"x=1\"");
}

TEST(MarkdownText, IsNoMarkup) {
  EXPECT_EQ(markdown_text("<b> *a* [x](y) `c` | #"), "&lt;b&gt; \\*a\\* \\[x\\](y) \\`c\\` \\| \\#");
}

}  // namespace
}  // namespace leakrig
