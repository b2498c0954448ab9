#include "harness/fake_sink/line_framing.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

using Lines = std::vector<std::string>;

TEST(LineFraming, CutsAtNewlinesWhereverThePiecesEnd) {
  LineFraming framing{100};
  EXPECT_EQ(framing.take("one\ntw"), Lines{"one"});
  EXPECT_EQ(framing.take("o\r\n\nthree"), Lines{"two"});
  EXPECT_EQ(framing.rest(), "three");
  EXPECT_EQ(framing.rest(), "");
}

TEST(LineFraming, CutsAtNul) {
  LineFraming framing{100};
  EXPECT_EQ(framing.take(std::string_view{"one\0two\0", 8}), (Lines{"one", "two"}));
}

TEST(LineFraming, TakesCountedMessagesWithNewlinesInThem) {
  LineFraming whole{100};
  EXPECT_EQ(whole.take("8 <14>a\nb\n5 <1"), (Lines{"<14>a\nb\n"}));
  EXPECT_EQ(whole.take("4>x"), Lines{"<14>x"});
}

TEST(LineFraming, TakesALineThatBeginsWithANumber) {
  LineFraming framing{100};
  EXPECT_EQ(framing.take("12 monkeys\n"), Lines{"12 monkeys"});
}

TEST(LineFraming, CutsWhatIsTooLong) {
  LineFraming framing{4};
  EXPECT_EQ(framing.take("abcdefghij\nk\n"), (Lines{"abcd", "efgh", "ij", "k"}));
  EXPECT_EQ(framing.rest(), "");
}

}  // namespace
}  // namespace leakrig
