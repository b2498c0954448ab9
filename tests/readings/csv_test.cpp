#include "tests/readings/reading_text.h"

namespace leakrig {
namespace {

using namespace testing_readings;

std::string table(const std::string& header, const std::string& separator, int count = 40) {
  return rows(header, count, [&](int i) { return iso(i) + separator + std::to_string(100 + 5 * i); });
}

TEST(Csv, IsReadWithAnySeparatorMarkAndLineEnd) {
  for (const std::string& text :
       {table("timestamp,goroutines\n", ","), table("\xef\xbb\xbftime,goroutines\n", ","),
        table("time;goroutines\n", ";"), table("time\tgoroutines\n", "\t"), table("time|goroutines\n", "|"),
        table("time goroutines\n", "   "), table("# host web-1 pid 812\ntime,goroutines\n", ","),
        table("\"Time\",\"goroutines\"\r\n", ","), table("# time,goroutines\n", ","),
        table("sep=;\ntime;goroutines\n", ";")}) {
    const auto readings = read(text);
    ASSERT_EQ(readings.series.size(), 1U) << text.substr(0, 60);
    EXPECT_EQ(readings.series[0].name, "goroutines");
    EXPECT_EQ(readings.rows, 40U);
    EXPECT_NEAR(slope(readings.series[0]), 5, 1e-6);
  }
}

TEST(Csv, WithCarriageReturnsCountsLines) {
  EXPECT_NE(refusal("time,fds\r\n" + iso(0) + ",1\r\n" + iso(1) + ",1\r\n" + iso(2) + ",1,7,8\r\n")
                .find("samples:4: 4 cells"),
            std::string::npos);
}

TEST(Csv, MarkdownTablesAreTables) {
  const auto readings = read(rows("| time | fds |\n|------|-----|\n", 10,
                                  [](int i) { return "| " + iso(i) + " | " + std::to_string(i) + " |"; }));
  EXPECT_EQ(readings.series.at(0).name, "fds");
  EXPECT_EQ(readings.rows, 10U);
}

TEST(Csv, RowNumbersOfPandasAreNoMetric) {
  const auto readings =
      read(rows(",time,fds\n", 10, [](int i) { return fmt::format("{},{},{}", i, iso(i), 5); }));
  ASSERT_EQ(readings.series.size(), 1U);
  EXPECT_EQ(readings.series[0].name, "fds");
  EXPECT_EQ(column(readings, "column 1").understanding.role, Role::id);
}

TEST(Csv, Utf16IsConverted) {
  std::string text = "\xff\xfe";
  for (const char c : table("time,goroutines\n", ",")) text += std::string{c, '\0'};
  EXPECT_EQ(read(text).rows, 40U);
}

TEST(Csv, TheHeaderAgainIsPassedOver) {
  const auto readings = read(table("time,fds\n", ",", 10) + "time,fds\n" + iso(10) + ",150\n");
  EXPECT_EQ(readings.rows, 11U);
  EXPECT_TRUE(noted(readings, "the header stands again"));
}

TEST(Csv, WithoutAHeaderColumnsHaveNumbers) {
  const auto readings =
      read(rows("", 20, [](int i) { return fmt::format("{},{}", 1762423200 + 60 * i, 99 + 5 * i); }));
  EXPECT_EQ(readings.series.at(0).name, "2");
  EXPECT_NEAR(slope(readings.series[0]), 5, 1e-6);
  EXPECT_TRUE(noted(readings, "no header"));
}

TEST(Csv, TwoColumnsOfOneNameAreJudgedEach) {
  const auto readings =
      read(rows("time,fds,fds\n", 10, [](int i) { return fmt::format("{},{},{}", iso(i), i, 900 - i); }));
  ASSERT_EQ(readings.series.size(), 2U);
  EXPECT_EQ(readings.series[1].name, "fds (column 3)");
  EXPECT_NEAR(slope(readings.series[1]), -1, 1e-6);
}

TEST(Csv, ALastLineCutShortIsLeftOut) {
  EXPECT_EQ(read("time,a,fds\n" + iso(0) + ",1,2\n" + iso(1) + ",1,2\n" + iso(2) + ",1").rows, 2U);
  EXPECT_NE(refusal("time,a,fds\n" + iso(0) + ",1\n" + iso(1) + ",1,2\n").find("samples:2: 2 cells"),
            std::string::npos);
}

TEST(Csv, DecimalCommaIsToldByTheFile) {
  const auto readings = read(rows("time;goroutines;rss_mb\n", 40, [](int i) {
    return fmt::format("{};{};{},{}", iso(i), 100 + i, 10 + i / 2, i % 2 * 5);
  }));
  EXPECT_NEAR(slope(series(readings, "rss_mb")) / 1048576, 0.5, 0.02);
  EXPECT_TRUE(noted(readings, "decimal comma"));
}

TEST(Csv, AThousandThatMayBeAFractionIsAskedFor) {
  const auto text = rows("time,threads\n", 10, [](int i) { return fmt::format("{},1.{}", iso(i), 390 + i); });
  EXPECT_NE(refusal(text).find("--decimal"), std::string::npos);
  ReadingsOptions comma;
  comma.decimal = "comma";
  EXPECT_NEAR(slope(read(text, comma).series.at(0)), 1, 1e-6);
  // Three decimals of what is no number of things are how programs print.
  EXPECT_NEAR(
      slope(read(rows("time,rss_mb\n", 10, [](int i) { return fmt::format("{},1.{}", iso(i), 390 + i); }))
                .series.at(0)) /
          1048576,
      0.001, 1e-6);
}

TEST(Csv, CellsHaveUnitsThousandsAndGaps) {
  const auto readings = read(rows("time,mem,conns,cpu,fds\n", 10, [](int i) {
    return fmt::format("{},{} MiB,\"1,{}\",{} %,{}", iso(i), 10 + i, 200 + i, 45,
                       i == 3   ? "N/A"
                       : i == 4 ? "-"
                                : "50");
  }));
  EXPECT_NEAR(slope(series(readings, "mem")), 1048576, 1e-3);
  EXPECT_NEAR(slope(series(readings, "conns")), 1, 1e-6);
  EXPECT_EQ(series(readings, "fds").gaps, 2U);
  EXPECT_EQ(column(readings, "cpu").understanding.role, Role::share);
}

TEST(Csv, WhatIsNoTextIsRefused) {
  EXPECT_NE(refusal(std::string("time,fds\n1,\0 2\n", 14)).find("not text"), std::string::npos);
  EXPECT_NE(refusal("").find("empty"), std::string::npos);
  EXPECT_NE(refusal("time," + std::string(2 << 20, '1') + "\n").find("1 MiB"), std::string::npos);
  EXPECT_NE(refusal(std::string(2'000'000, ',') + "\n").find("10000 columns"), std::string::npos);
}

TEST(Csv, NothingNumericGoesUnmentioned) {
  const auto readings = read(
      rows("time,pid,uptime_s,cpu_seconds,http_requests_total,rps,lat_ms,host,goroutines\n", 20, [](int i) {
        return fmt::format("{},812,{},{},{},{},{},web-1,{}", iso(i), 60 * i, 3.1 * i, 400 * i, 6.5, 12,
                           98 + i % 3);
      }));
  const auto line = closing_line(readings);
  EXPECT_NE(line.find("20 rows over 19 m"), std::string::npos) << line;
  EXPECT_NE(line.find("judged: goroutines;"), std::string::npos) << line;
  for (const char* name : {"pid (id", "uptime_s (uptime", "cpu_seconds (counter",
                           "http_requests_total (counter", "rps (rate", "lat_ms (duration", "host (text"})
    EXPECT_NE(line.find(name), std::string::npos) << name << " in " << line;
}

TEST(Csv, LongFormHasAColumnACounter) {
  const auto readings =
      read(rows("Timestamp,Provider,Counter Name,Counter Type,Mean/Increment\n", 40, [](int i) {
        const std::string at = fmt::format("11/06/2025 10:{:02}:00,System.Runtime,", i);
        return at + "CPU Usage (%),Metric,3\n" + at +
               fmt::format("GC Heap Size (MB),Metric,{}\n", 100 + 3 * i) + at +
               fmt::format("Exception Count (Count / 1 sec),Rate,{}", i);
      }));
  ASSERT_EQ(readings.series.size(), 1U);
  EXPECT_NEAR(slope(series(readings, "GC Heap Size (MB)")) / 1048576, 3, 1e-6);
  EXPECT_EQ(column(readings, "CPU Usage (%)").understanding.role, Role::share);
  EXPECT_EQ(column(readings, "Exception Count (Count / 1 sec)").understanding.role, Role::rate);
}

TEST(Csv, K6AddsUpCountsAndAveragesTimes) {
  const auto readings = read(rows("metric_name,timestamp,metric_value,check,error\n", 30, [](int i) {
    return fmt::format(
        "http_reqs,{0},1,,\nhttp_reqs,{0},1,,\nhttp_req_duration,{0},12.5,,\nvus,{0},5,,\nopen_sockets,{0},{"
        "1},,",
        1762423200 + 60 * i, 10 + 2 * i);
  }));
  ASSERT_EQ(readings.series.size(), 1U);
  EXPECT_NEAR(slope(series(readings, "open_sockets")), 2, 1e-6);
  EXPECT_EQ(column(readings, "http_reqs").understanding.role, Role::counter);
  EXPECT_EQ(column(readings, "http_req_duration").understanding.role, Role::duration);
  EXPECT_EQ(column(readings, "vus").understanding.role, Role::load);
}

}  // namespace
}  // namespace leakrig
