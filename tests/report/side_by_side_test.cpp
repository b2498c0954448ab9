#include "harness/report/side_by_side.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace leakrig {
namespace {

SideBySide two(Standing standing, double lost) {
  SideBySideRow reference;
  reference.variant = reference.label = "before";
  reference.verdict = "leak";
  reference.growth.rate_per_min = 32;
  reference.is_reference = true;
  SideBySideRow row = reference;
  row.label = row.variant = "after";
  row.verdict = "stable";
  row.growth.rate_per_min = 0;
  row.is_reference = false;
  row.difference.difference_per_min = -32;
  row.standing = standing;
  row.lines_written = 1000;
  row.lines_lost = lost;
  return {"threads", "threads", {reference, row}, {"they differ in kernel: 6.1; 6.12"}};
}

TEST(SideBySideReport, LeadsWithWhatItComesTo) {
  EXPECT_TRUE(render_side_by_side_console(two(Standing::improved, 0), false)
                  .starts_with("IMPROVED  threads of after 0.0/min, of before 32.0/min"));
  EXPECT_NE(render_side_by_side_markdown(two(Standing::improved, 0)).find("\n\nIMPROVED  threads of after"),
            std::string::npos);
}

TEST(SideBySideReport, SaysStarvedWhereverItWouldSayImproved) {
  const SideBySide table = two(Standing::starved, 500);
  for (const auto& text : {render_side_by_side_console(table, false), render_side_by_side_markdown(table),
                           side_by_side_json(table).dump()}) {
    EXPECT_EQ(text.find("improved"), std::string::npos) << text;
    EXPECT_EQ(text.find("IMPROVED"), std::string::npos) << text;
    EXPECT_NE(text.find("starved"), std::string::npos) << text;
  }
}

TEST(SideBySideReport, SaysWhatDiffersBetweenTheResults) {
  EXPECT_NE(render_side_by_side_console(two(Standing::improved, 0), false).find("they differ in kernel"),
            std::string::npos);
}

}  // namespace
}  // namespace leakrig
