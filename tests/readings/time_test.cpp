#include "harness/readings/time_text.h"
#include "tests/readings/reading_text.h"

namespace leakrig {
namespace {

using namespace testing_readings;

double seconds(const std::string& text, DayOrder order = DayOrder::day_first) {
  const auto time = parse_time_text(text, order);
  return time ? time->seconds() : NAN;
}

TEST(TimeText, OneMomentInManyForms) {
  for (const char* text :
       {"2025-11-06T10:00:00Z", "2025-11-06 10:00:00", "2025-11-06T11:00:00+01:00",
        "2025-11-06T11:00:00+0100", "2025-11-06T11:00+01", "2025-11-06 10:00:00.000000 UTC",
        "20251106T100000Z", "2025/11/06 10:00", "06.11.2025 10:00:00", "6 Nov 2025 10:00:00",
        "06-Nov-2025 10:00:00", "06/Nov/2025:10:00:00 +0000", "Thu Nov  6 10:00:00 UTC 2025",
        "Thu, 06 Nov 2025 10:00:00 GMT", "06/11/2025 10:00:00 AM", "[2025-11-06 10:00:00]",
        "Nov 6, 2025 10:00:00", "2025-11-06T15:30:00+05:30"})
    EXPECT_EQ(seconds(text), 1762423200) << text;
  EXPECT_EQ(seconds("11/06/2025 10:00:00 AM", DayOrder::month_first), 1762423200);
  EXPECT_NEAR(seconds("2025-11-06T10:00:00,25Z"), 1762423200.25, 1e-6);
}

TEST(TimeText, WhatThereIsNotIsNoTime) {
  for (const char* text :
       {"2025-02-30T10:00:00Z", "2025-13-01 10:00", "2025-11-06T25:00:00", "2025-11-06T10:61:00", "13:00 PM",
        "web-1", "12", "1.5", "2025-11-06T10:00:00 XYZ", "-", ""})
    EXPECT_FALSE(parse_time_text(text, DayOrder::day_first)) << text;
  EXPECT_FALSE(parse_time_text("31/12/2025 10:00", DayOrder::month_first));
}

TEST(TimeText, LongAgoDoesNotOverflow) {
  EXPECT_EQ(seconds("0001-01-01T00:00:00Z"), -62135596800.0);
  EXPECT_EQ(time_shown(-62135596800.0), "0001-01-01 00:00:00");
  EXPECT_EQ(time_shown(1762423200.25), "2025-11-06 10:00:00.250");
  EXPECT_EQ(time_shown(1e300), "@1e+300");
}

TEST(TimeText, Spans) {
  EXPECT_EQ(parse_elapsed_text("02:03"), 123);
  EXPECT_EQ(parse_elapsed_text("1-01:00:00"), 90000);
  EXPECT_EQ(parse_elapsed_text("1m30s"), 90);
  EXPECT_FALSE(parse_elapsed_text("abc"));
}

std::string counted(const std::string& header, int count, const std::function<std::string(int)>& time) {
  return rows(header, count, [&](int i) { return time(i) + "," + std::to_string(100 + 5 * i); });
}

TEST(TimeColumn, EpochUnitsAreToldByMagnitudeAndSaid) {
  for (const char* zeros : {"", "000", "000000", "000000000"}) {
    for (const char* name : {"t_s", "time", "timestamp", "ts", "Time"}) {
      const auto readings = read(counted(std::string{name} + ",fds\n", 20,
                                         [&](int i) { return std::to_string(1762423200 + 60 * i) + zeros; }));
      EXPECT_NEAR(slope(readings.series.at(0)), 5, 1e-4) << name << zeros;
      EXPECT_EQ(readings.clock, TimeBase::absolute);
      EXPECT_EQ(noted(readings, "was read as epoch"), zeros[0] != 0) << name << zeros;
    }
  }
}

TEST(TimeColumn, NamesSayUnits) {
  EXPECT_NEAR(slope(read(counted("minute,fds\n", 20, [](int i) { return std::to_string(i); })).series.at(0)),
              5, 1e-6);
  EXPECT_NEAR(slope(read(counted("elapsed_ms,fds\n", 20, [](int i) { return std::to_string(60000 * i); }))
                        .series.at(0)),
              5, 1e-6);
  EXPECT_NEAR(
      slope(read(counted("elapsed_s,fds\n", 20, [](int i) { return fmt::format("{:.1f}", 60.0 * i); }))
                .series.at(0)),
      5, 1e-6);
  EXPECT_NEAR(
      slope(read(counted("Elapsed Time,fds\n", 20, [](int i) { return fmt::format("00:{:02}:00", i); }))
                .series.at(0)),
      5, 1e-6);
  ReadingsOptions hours;
  hours.time.format = "h";
  EXPECT_NEAR(
      slope(read(counted("t,fds\n", 20, [](int i) { return std::to_string(i); }), hours).series.at(0)),
      5.0 / 60, 1e-6);
}

TEST(TimeColumn, DayAndMonthAreToldOrAskedFor) {
  const auto across = [](int i) { return fmt::format("{:02}/11/2025 10:00:00", 5 + i); };
  EXPECT_NEAR(slope(read(counted("time,fds\n", 20, across)).series.at(0)), 5.0 / 1440, 1e-9);
  const auto one_day = [](int i) { return fmt::format("11/06/2025 10:{:02}:00 AM", i); };
  EXPECT_NEAR(slope(read(counted("time,fds\n", 20, one_day)).series.at(0)), 5, 1e-6);
  const auto ascending = [](int i) { return fmt::format("0{}/0{}/2025 10:00:00", 1 + i / 3, 1 + i % 3); };
  EXPECT_NE(read(counted("time,fds\n", 9, ascending)).time_how.find("month first"), std::string::npos);
  const auto either = [](int i) { return fmt::format("0{}/0{}/2025 10:00:00", 1 + i, 2 + i); };
  EXPECT_NE(refusal(counted("time,fds\n", 7, either)).find("--time-format dmy"), std::string::npos);
  ReadingsOptions pattern;
  pattern.time.format = "%d.%m.%Y kl. %H:%M:%S.%f";
  EXPECT_NEAR(slope(read(counted("time,fds\n", 20,
                                 [](int i) { return fmt::format("06.11.2025 kl. 10:{:02}:00.5", i); }),
                         pattern)
                        .series.at(0)),
              5, 1e-6);
}

TEST(TimeColumn, DateAndTimeInTwoColumns) {
  EXPECT_NEAR(slope(read(rows("Date,Time,fds\n", 20,
                              [](int i) { return fmt::format("2025-11-06,10:{:02}:00,{}", i, 5 * i); }))
                        .series.at(0)),
              5, 1e-6);
}

TEST(TimeColumn, WithoutOneTheQuestionIsAsked) {
  const auto text = "a,b\n1,2\n3,4\n";
  EXPECT_NE(refusal(text).find("--time COLUMN"), std::string::npos);
  ReadingsOptions every;
  every.time.every_s = 60;
  EXPECT_EQ(read(text, every).series.size(), 2U);
  EXPECT_NE(
      refusal("time,fds\n2025-11-06 10:00:00,1\nyesterday,2\n").find("samples:3: time is \"yesterday\""),
      std::string::npos);
}

std::string local(int minutes) {
  return fmt::format("2025-10-26 {:02}:{:02}:00", minutes / 60, minutes % 60);
}

TEST(Timeline, TheEndOfSummerTimeIsRefused) {
  const auto fall = [](int i) { return local(i * 5 < 180 ? i * 5 : i * 5 - 60); };
  const auto message = refusal(counted("time,fds\n", 60, fall));
  EXPECT_NE(message.find("summer time"), std::string::npos) << message;
  EXPECT_NE(message.find("UTC"), std::string::npos);
  // Somebody sorted it: for an hour each time stands twice.
  std::string sorted = "time,fds\n";
  for (int minute = 0; minute < 300; minute += 5) {
    sorted += local(minute) + "," + std::to_string(minute) + "\n";
    if (minute >= 120 && minute < 180) sorted += local(minute) + "," + std::to_string(minute + 60) + "\n";
  }
  EXPECT_NE(refusal(sorted).find("summer time"), std::string::npos);
  // With an offset each time is another.
  EXPECT_EQ(
      read(counted("time,fds\n", 60, [&](int i) { return fall(i) + (i * 5 < 180 ? "+02:00" : "+01:00"); }))
          .rows,
      60U);
}

TEST(Timeline, UnsortedNewestFirstRepeatedFutureAndGapsAreSaid) {
  EXPECT_TRUE(
      noted(read("time,fds\n" + iso(0) + ",1\n" + iso(2) + ",3\n" + iso(1) + ",2\n" + iso(3) + ",4\n"),
            "sorted by time"));
  const auto reversed = read(counted("time,fds\n", 20, [](int i) { return iso(19 - i); }));
  EXPECT_TRUE(noted(reversed, "newest row stands first"));
  EXPECT_NEAR(slope(reversed.series.at(0)), -5, 1e-6);
  EXPECT_TRUE(noted(read("t_s,fds\n0,1\n0,1\n60,2\n120,3\n"), "twice, and count once"));
  EXPECT_TRUE(noted(read(counted("time,fds\n", 20, [](int i) { return iso(i < 10 ? i : i + 480); })),
                    "no readings for 8 h"));
  ReadingsOptions early;
  early.now_s = 1e9;
  EXPECT_TRUE(noted(read(counted("time,fds\n", 20, iso), early), "future"));
}

TEST(Timeline, TimesOfDayPassMidnightAndElapsedBeginsAnew) {
  const auto night = read(counted("time,fds\n", 20, [](int i) {
    return fmt::format("{:02}:{:02}", (23 + (50 + i) / 60) % 24, (50 + i) % 60);
  }));
  EXPECT_NEAR(slope(night.series.at(0)), 5, 1e-6);
  EXPECT_TRUE(noted(night, "midnight"));
  const auto again = read(
      rows("elapsed_s,fds\n", 30, [](int i) { return fmt::format("{},{}", i % 10 * 60, 10 + i % 10 * 5); }));
  EXPECT_EQ(again.lives, 3U);
  EXPECT_EQ(again.series.at(0).lives.size(), 2U);
}

TEST(Times, SpansThatNothingWasSampledForAreRefused) {
  for (const auto& [first, last] : {std::pair{"-1e308", "1e308"}, std::pair{"0", "1e300"}, std::pair{"1e13", "2e13"}}) {
    const std::string text = std::string{"time,goroutines\n"} + first + ",1\n" + last + ",2\n";
    EXPECT_NE(refusal(text).find("more than 100,000 years"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace leakrig
