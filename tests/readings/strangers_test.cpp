#include "tests/readings/reading_text.h"

namespace leakrig {
namespace {

using namespace testing_readings;

constexpr double kMebi = 1048576;
constexpr int kEpoch = 1762423200;

std::string plain(int i) {
  return fmt::format("{},{},{}", iso(i), 100 + 5 * i, 200 + i);
}

Role role_in(const FileReadings& readings, const std::string& name) {
  return column(readings, name).understanding.role;
}

TEST(UnitRow, BelowTheHeaderGivesTheUnits) {
  for (const char* units : {",count,MiB\n", "[UTC],[-],[MB]\n", ",,mib\n"}) {
    const auto readings = read(rows(std::string{"time,threads,rss\n"} + units, 20, plain));
    EXPECT_NEAR(slope(series(readings, "threads")), 5, 1e-9) << units;
    EXPECT_NEAR(slope(series(readings, "rss")), kMebi, 1) << units;
    EXPECT_TRUE(noted(readings, "row of units") || noted(readings, "units of the columns")) << units;
  }
}

TEST(UnitRow, OfTheTimeIsItsScaleAndTimesAreNoStock) {
  const auto readings = read(rows("time,memory,answer\nms,MB,ms\n", 20,
                                  [](int i) { return fmt::format("{},{},{}", 60000 * i, 200 + i, 3 + i); }));
  EXPECT_NEAR(slope(series(readings, "memory")), kMebi, 1);
  EXPECT_EQ(role_in(readings, "answer"), Role::duration);
}

TEST(TwoHeaders, ColumnsAreCalledByBoth) {
  const auto readings = read(rows(",Memory,,Threads,\nTime,RSS (MB),Heap (MB),Busy,Idle\n", 20, [](int i) {
    return fmt::format("{},{},{},{},4", iso(i), 200 + i, 100, 10 + 5 * i);
  }));
  EXPECT_NEAR(slope(series(readings, "Memory RSS (MB)")), kMebi, 1);
  EXPECT_NEAR(slope(series(readings, "Memory Heap (MB)")), 0, 1);
  EXPECT_NEAR(slope(series(readings, "Threads Busy")), 5, 1e-9);
  const auto twice = read(rows(",one,one,two,two\ntime,threads,fds,threads,fds\n", 20,
                               [](int i) { return fmt::format("{},{},7,{},7", iso(i), 10 + 5 * i, 40); }));
  EXPECT_NEAR(slope(series(twice, "one threads")), 5, 1e-9);
  EXPECT_NEAR(slope(series(twice, "two threads")), 0, 1e-9);
}

TEST(Header, MayHavePercentilesForNames) {
  const auto readings = read(rows("Timestamp,User Count,50%,99.9%,threads\n", 20, [](int i) {
    return fmt::format("{},10,5,12,{}", kEpoch + 60 * i, 10 + 5 * i);
  }));
  EXPECT_NEAR(slope(series(readings, "threads")), 5, 1e-9);
}

TEST(Preamble, OfSeveralCellsIsPassedOverAndTold) {
  const auto readings = read(
      rows("\"Dstat 0.7.4 CSV output\"\n\"Author:\",\"A B <a@b>\",,,,\"URL:\",\"http://c\"\n"
           "\"Host:\",\"web-1\",,,,\"User:\",\"root\"\n\n\"system\",\"memory usage\",,\n"
           "\"time\",\"used\",\"free\",\"buff\"\n",
           20, [](int i) {
             return fmt::format("06-11 10:{:02}:00,{:.1f},{:.1f},{:.1f}", i, 2e9 + 1048576.0 * i, 8e9, 1e8);
           }));
  EXPECT_NEAR(slope(series(readings, "memory usage used")), kMebi, 1);
  EXPECT_EQ(role_in(readings, "memory usage free"), Role::free);
  EXPECT_TRUE(noted(readings, "lines above the table were passed over"));
}

TEST(Preamble, ARowThatIsTooLongIsNone) {
  const auto text = rows("time,threads\n", 20,
                         [](int i) { return fmt::format("{},{}{}", iso(i), 5 * i, i == 3 ? ",odd" : ""); });
  EXPECT_NE(refusal(text).find("samples:5: 3 cells where the header has 2"), std::string::npos);
}

TEST(Cells, ThousandsMayHaveTypographicBlanks) {
  for (const char* sign : {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x99", "'", " "}) {
    const auto readings = read(rows("time;handles\n", 20, [&](int i) {
      return fmt::format("{};{}{}{:03}", iso(i), 1, sign, 200 + 5 * i);
    }));
    EXPECT_NEAR(slope(series(readings, "handles")), 5, 1e-9) << sign;
  }
}

TEST(Encoding, Utf16NeedsNoMark) {
  const std::string ascii = rows("time\tthreads\trss_mb\r\n", 20, [](int i) {
    return fmt::format("{}\t{}\t{}\r", iso(i), 100 + 5 * i, 200 + i);
  });
  for (const bool little : {true, false}) {
    std::string wide;
    for (const char c : ascii) {
      wide += little ? c : '\0';
      wide += little ? '\0' : c;
    }
    EXPECT_NEAR(slope(series(read(wide), "threads")), 5, 1e-9);
  }
}

TEST(Time, ThousandsWithoutAUnitMayBeMilliseconds) {
  const auto in_steps_of = [](int step) {
    return rows("t,threads\n", 20,
                [&](int i) { return fmt::format("{},{}", std::int64_t{step} * i, 5 * i); });
  };
  for (const int step : {1000, 5000, 60000, 300000})
    EXPECT_NE(refusal(in_steps_of(step)).find("in seconds or in milliseconds?"), std::string::npos) << step;
  ReadingsOptions milliseconds;
  milliseconds.time.format = "ms";
  EXPECT_NEAR(slope(series(read(in_steps_of(60000), milliseconds), "threads")), 5, 1e-9);
  for (const int step : {1, 60, 900, 1800, 3600, 14400, 86400})
    EXPECT_NEAR(slope(series(read(in_steps_of(step)), "threads")), 300.0 / step, 1e-9) << step;
}

TEST(Time, BytesThatLookLikeAnEpochAreNone) {
  const auto readings = rows("time,rss_bytes\n", 20,
                             [](int i) { return fmt::format("tick {},{}", i, 1'762'423'200 + 1048576 * i); });
  EXPECT_NE(refusal(readings).find("time is no time: \"tick 0\"; say how to read it with --time-format"),
            std::string::npos);
  const auto unnamed = rows("label,rss_bytes,used_mb\n", 20, [](int i) {
    return fmt::format("a{},{},{}", i, 1'762'423'200 + 1048576 * i, 1'762'423'200 + i);
  });
  EXPECT_NE(refusal(unnamed).find("no time column among label, rss_bytes, used_mb"), std::string::npos);
}

TEST(Units, OpenTelemetryWritesBytesAsBy) {
  const auto readings =
      read(rows("Timestamp,Provider,Counter Name,Counter Type,Mean/Increment\n", 20, [](int i) {
        return fmt::format(
            "{0},System.Runtime,dotnet.gc.heap.size (By)[generation=gen2],Metric,{1}\n"
            "{0},System.Runtime,dotnet.thread_pool.thread.count ({{thread}}),Metric,{2}\n"
            "{0},System.Runtime,dotnet.exceptions ({{exception}} / 1 sec),Rate,{3}",
            iso(i), 30'000'000 + 1048576 * i, 10 + 3 * i, i % 3);
      }));
  EXPECT_NEAR(slope(series(readings, "dotnet.gc.heap.size (By)[generation=gen2]")), kMebi, 1);
  EXPECT_NEAR(slope(series(readings, "dotnet.thread_pool.thread.count ({thread})")), 3, 1e-9);
}

TEST(Sar, ItsFileHandlesAreCounted) {
  std::string text =
      "Linux 6.1.0 (web-1) \t11/06/25 \t_x86_64_\t(8 CPU)\n\n10:00:01    dentunusd   file-nr  inode-nr    "
      "pty-nr\n";
  for (int i = 0; i < 20; ++i)
    text += fmt::format("10:{:02}:01       123456      {}    123456         2\n", i + 1, 1000 + 5 * i);
  EXPECT_NEAR(slope(series(read(text), "file-nr")), 5, 1e-9);
}

TEST(Logs, ATimeAtTheBeginningIsTheRowsTime) {
  for (const char* format :
       {"{0} INFO stats goroutines={1} heap={2}MiB", "[{0}] stats: goroutines={1} heap={2}MiB"}) {
    const auto readings = read(
        rows("", 20, [&](int i) { return fmt::format(fmt::runtime(format), iso(i), 12 + 5 * i, 100 + i); }));
    EXPECT_NEAR(slope(series(readings, "goroutines")), 5, 1e-9) << format;
    EXPECT_NEAR(slope(series(readings, "heap")), kMebi, 1) << format;
  }
}

TEST(LineProtocol, FieldsAreColumnsAndTagsAreLabels) {
  const auto point = [](int i, const char* host, int threads) {
    return fmt::format("proc,host={},role=a\\ b threads={}i,rss_bytes={}i,state=\"a b\" {}000000000", host,
                       threads, 200'000'000 + 1048576 * i, kEpoch + 60 * i);
  };
  const auto one = read(rows("", 20, [&](int i) { return point(i, "a", 5 * i); }));
  EXPECT_EQ(one.form, "InfluxDB's line protocol");
  EXPECT_NEAR(slope(series(one, "threads")), 5, 1e-9);
  EXPECT_NEAR(slope(series(one, "rss_bytes")), kMebi, 1);
  EXPECT_EQ(role_in(one, "host"), Role::label);
  const auto two = rows("", 20, [&](int i) { return point(i, "a", 5 * i) + "\n" + point(i, "b", 40); });
  EXPECT_NE(refusal(two).find("host has 2 values"), std::string::npos);
}

TEST(K6Json, CountersAreSummedAndDurationsLeftOut) {
  std::string text =
      R"({"type":"Metric","data":{"name":"held","type":"gauge","contains":"default"},"metric":"held"})"
      "\n";
  for (int i = 0; i < 20; ++i) {
    for (const auto& [name, value] :
         {std::pair{"http_reqs", 1.0}, {"http_req_duration", 9.0 + i}, {"held", 5.0 * i}})
      text += fmt::format(
          R"({{"metric":"{}","type":"Point","data":{{"time":"{}","value":{},"tags":{{"status":"200"}}}}}})"
          "\n",
          name, iso(i), value);
  }
  const auto readings = read(text);
  EXPECT_EQ(readings.form, "the JSON Lines of k6");
  EXPECT_NEAR(slope(series(readings, "held")), 5, 1e-9);
  EXPECT_EQ(role_in(readings, "http_reqs"), Role::counter);
  EXPECT_EQ(role_in(readings, "http_req_duration"), Role::duration);
  EXPECT_EQ(readings.series.size(), 1U);
}

/// `count` elements between commas, in brackets.
std::string list(int count, const std::function<std::string(int)>& element) {
  std::string text = "[";
  for (int i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + element(i);
  return text + "]";
}

TEST(SeriesJson, EveryArrayOfRowsIsRead) {
  const auto values = [](int step) {
    return list(20,
                [=](int i) { return fmt::format(R"({{"time":"{}","value":{}}})", iso(i), 10 + step * i); });
  };
  const auto readings = read(R"({"threads":)" + values(5) + R"(,"fds":)" + values(0) + "}");
  EXPECT_NEAR(slope(series(readings, "threads")), 5, 1e-9);
  EXPECT_NEAR(slope(series(readings, "fds")), 0, 1e-9);
}

TEST(SeriesJson, GraphiteDatadogCloudWatchAndGrafana) {
  const auto graphite = list(20, [](int i) { return fmt::format("[{},{}]", 10 + 5 * i, kEpoch + 60 * i); });
  EXPECT_NEAR(slope(series(read(R"([{"target":"a.threads","datapoints":)" + graphite +
                                R"(},{"target":"a.fds","datapoints":)" + graphite + "}]"),
                           "a.threads")),
              5, 1e-9);
  const auto pairs = list(20, [](int i) { return fmt::format("[{}000,{}]", kEpoch + 60 * i, 10 + 5 * i); });
  const auto datadog = R"({"series":[{"metric":"app.threads","pointlist":)" + pairs +
                       R"(,"scope":"host:a"},{"metric":"app.threads","pointlist":)" + pairs +
                       R"(,"scope":"host:b"}]})";
  EXPECT_NE(refusal(datadog).find("app.threads has 2 series, which differ in scope"), std::string::npos);
  const auto times = list(20, [](int i) { return "\"" + iso(i) + "\""; });
  const auto numbers = list(20, [](int i) { return std::to_string(10 + 5 * i); });
  EXPECT_NEAR(slope(series(read(R"({"MetricDataResults":[{"Id":"m1","Label":"threads","Timestamps":)" +
                                times + R"(,"Values":)" + numbers + "}]}"),
                           "threads")),
              5, 1e-9);
  const auto epochs = list(20, [](int i) { return fmt::format("{}000", kEpoch + 60 * i); });
  const auto grafana =
      R"({"results":{"A":{"frames":[{"schema":{"fields":[{"name":"Time"},{"name":"go_goroutines"}]},)"
      R"("data":{"values":[)" +
      epochs + "," + numbers + "]}}]}}}";
  EXPECT_NEAR(slope(series(read(grafana), "go_goroutines")), 5, 1e-9);
}

TEST(SeriesJson, TimesMayBeKeys) {
  std::string objects;
  std::string scalars;
  for (int i = 0; i < 20; ++i) {
    objects += fmt::format(R"({}"{}":{{"threads":{},"fds":7}})", i == 0 ? "" : ",", iso(i), 10 + 5 * i);
    scalars += fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", kEpoch + 60 * i, 10 + 5 * i);
  }
  EXPECT_NEAR(slope(series(read("{" + objects + "}"), "threads")), 5, 1e-9);
  EXPECT_NEAR(slope(series(read(R"({"threads":{)" + scalars + "}}"), "threads")), 5, 1e-9);
}

TEST(SeriesJson, NumbersBesideTheSeriesAreCounted) {
  const auto pairs = list(20, [](int i) { return fmt::format("[{},{}]", kEpoch + 60 * i, 5 * i); });
  const auto readings = read(R"([{"name":"a","points":)" + pairs + R"(},{"name":"b","points":)" + pairs +
                             R"(},{"limits":[3,4,5]}])");
  EXPECT_EQ(readings.series.size(), 2U);
  EXPECT_TRUE(noted(readings, "3 numbers beside the series were passed over"));
}

}  // namespace
}  // namespace leakrig
