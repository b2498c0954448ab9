#include "harness/collector/resume_point.h"

#include <gtest/gtest.h>

namespace leakrig {
namespace {

TEST(ResumePoint, AsksFromTheStartUntilALineHasCome) {
  ResumePoint resume{Nanos{5}};
  EXPECT_EQ(resume.since(), Nanos{5});
  EXPECT_TRUE(resume.accept({Nanos{9}, "a"}));
  EXPECT_EQ(resume.since(), Nanos{9});
}

TEST(ResumePoint, LeavesOutTheRepetitionAtTheBoundary) {
  ResumePoint resume{Nanos{0}};
  resume.accept({Nanos{9}, "a"});
  resume.begin_stream();
  EXPECT_FALSE(resume.accept({Nanos{9}, "a"}));
  EXPECT_TRUE(resume.accept({Nanos{10}, "b"}));
}

TEST(ResumePoint, KeepsAnotherLineOfTheSameNanosecond) {
  ResumePoint resume{Nanos{0}};
  resume.accept({Nanos{9}, "a"});
  resume.begin_stream();
  EXPECT_FALSE(resume.accept({Nanos{9}, "a"}));
  EXPECT_TRUE(resume.accept({Nanos{9}, "b"}));
  EXPECT_TRUE(resume.accept({Nanos{9}, "a"})) << "a second one of the same text is another line";
}

TEST(ResumePoint, LeavesOutWhatIsOlderThanTheBoundary) {
  ResumePoint resume{Nanos{0}};
  resume.accept({Nanos{9}, "a"});
  resume.begin_stream();
  EXPECT_FALSE(resume.accept({Nanos{8}, "old"}));
}

TEST(ResumePoint, TakesLinesOutOfOrderOnceItIsPastTheBoundary) {
  ResumePoint resume{Nanos{0}};
  resume.accept({Nanos{9}, "a"});
  resume.begin_stream();
  EXPECT_TRUE(resume.accept({Nanos{12}, "b"}));
  EXPECT_TRUE(resume.accept({Nanos{11}, "late"}));
  EXPECT_EQ(resume.since(), Nanos{12});
}

TEST(ResumePoint, SurvivesAStreamThatBroughtNothing) {
  ResumePoint resume{Nanos{0}};
  resume.accept({Nanos{9}, "a"});
  resume.begin_stream();
  resume.begin_stream();
  EXPECT_FALSE(resume.accept({Nanos{9}, "a"}));
}

}  // namespace
}  // namespace leakrig
