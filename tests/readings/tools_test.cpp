#include <random>

#include "harness/readings/time_text.h"
#include "tests/readings/reading_text.h"

namespace leakrig {
namespace {

using namespace testing_readings;

constexpr double kMebi = 1048576;

Role role_in(const FileReadings& readings, const std::string& name) {
  return column(readings, name).understanding.role;
}

/// "10:00:00 AM" and `minutes` later.
std::string half_day(int minutes) {
  const int of_day = 600 + minutes;
  return fmt::format("{:02}:{:02}:00 {}", (of_day / 60 + 11) % 12 + 1, of_day % 60,
                     of_day < 720 ? "AM" : "PM");
}

TEST(Sar, ItsHeadersComeAgainAndItsMemoryIsInKibibytes) {
  std::string text = "Linux 6.1.0 (web-1) \t11/06/2025 \t_x86_64_\t(8 CPU)\n\n";
  for (int i = 0; i < 24; ++i) {
    if (i % 12 == 0) text += half_day(10 * i) + " kbmemfree   kbavail kbmemused  %memused kbbuffers\n";
    text += fmt::format("{}   {}   9000000   {}     25.10    123456\n", half_day(10 * (i + 1)),
                        8000000 - 10240 * i, 4000000 + 10240 * i);
  }
  text +=
      "\n02:00:00 PM  LINUX RESTART\t(8 CPU)\nAverage:      7000000   9000000   5000000     25.10    "
      "123456\n";
  const auto readings = read(text);
  EXPECT_EQ(readings.form, "the output of sar");
  EXPECT_EQ(readings.rows, 24U);
  EXPECT_NEAR(slope(series(readings, "kbmemused")), kMebi, 1);
  EXPECT_EQ(role_in(readings, "kbmemfree"), Role::free);
  EXPECT_EQ(role_in(readings, "%memused"), Role::share);
  EXPECT_TRUE(noted(readings, "averages were passed over"));
  EXPECT_TRUE(noted(readings, "started anew 1 times"));
}

TEST(Sar, AsSadfWritesIt) {
  const auto csv = read(rows("# hostname;interval;timestamp;kbmemfree;kbmemused;%memused\n", 20, [](int i) {
    return fmt::format("web-1;60;2025-11-06 10:{:02}:00 UTC;{};{};25.10", i, 8000000 - 1024 * i,
                       4000000 + 1024 * i);
  }));
  EXPECT_NEAR(slope(series(csv, "kbmemused")), kMebi, 1);
  EXPECT_EQ(csv.series.size(), 1U);
  std::string json = R"({"sysstat":{"hosts":[{"nodename":"web-1","number-of-cpus":8,"statistics":[)";
  for (int i = 0; i < 20; ++i) {
    json +=
        fmt::format(R"({}{{"timestamp":{{"date":"2025-11-06","time":"10:{:02}:00","utc":1,"interval":60}},)"
                    R"("memory":{{"memfree":{},"memused":{}}}}})",
                    i == 0 ? "" : ",", i, 8000000 - 1024 * i, 4000000 + 1024 * i);
  }
  const auto readings = read(json + "]}]}}");
  EXPECT_NEAR(slope(series(readings, "memory.memused")), kMebi, 1);
  EXPECT_EQ(role_in(readings, "memory.memfree"), Role::free);
}

TEST(Vmstat, TheLastColumnsAreTheTime) {
  const auto text = rows(
      "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu----- -----timestamp-----\n"
      " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st                 "
      "UTC\n",
      20, [](int i) {
        return fmt::format(
            " 1  0      {} {} 123456 2345678    0    0     1     2  100  200  1  1 98  0  0 2025-11-06 "
            "10:{:02}:00",
            1024 * i, 8000000 - 1024 * i, i);
      });
  const auto readings = read(text);
  EXPECT_NEAR(slope(series(readings, "swpd")), kMebi, 1);
  EXPECT_EQ(role_in(readings, "free"), Role::free);
  EXPECT_EQ(role_in(readings, "cs"), Role::rate);
  EXPECT_EQ(role_in(readings, "us"), Role::share);
  EXPECT_EQ(role_in(readings, "r"), Role::own);
  const std::string without =
      "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
      " r b swpd free buff cache si so bi bo in cs us sy id wa st\n"
      " 1 0 0 8 1 2 0 0 1 2 1 2 1 1 98 0 0\n 1 0 0 8 1 2 0 0 1 2 1 2 1 1 98 0 0\n";
  EXPECT_NE(refusal(without).find("--every"), std::string::npos);
}

TEST(Free, TimesStandAboveItsTables) {
  const auto table = [](int i) {
    return fmt::format(
        "               total        used        free      shared  buff/cache   available\n"
        "Mem:        16271668     {}     {}      123456     3456789    12345678\n"
        "Swap:        2097148           0     2097148\n",
        4000000 + 1024 * i, 8000000 - 1024 * i);
  };
  const auto timed = read(
      rows("", 20, [&](int i) { return fmt::format("Thu Nov  6 10:{:02}:00 UTC 2025\n{}", i, table(i)); }));
  EXPECT_NEAR(slope(series(timed, "mem used")), kMebi, 1);
  EXPECT_EQ(role_in(timed, "mem available"), Role::free);
  EXPECT_EQ(role_in(timed, "swap used"), Role::metric);
  const auto plain = rows("", 20, table);
  EXPECT_NE(refusal(plain).find("--every"), std::string::npos);
  ReadingsOptions every;
  every.time.every_s = 60;
  EXPECT_NEAR(slope(series(read(plain, every), "mem used")), kMebi, 1);
}

TEST(Blanks, TimesStandAboveTheTablesOfALoop) {
  const auto ps = read(rows("", 20, [](int i) {
    return fmt::format("Thu Nov  6 10:{:02}:00 UTC 2025\n  PID   RSS NLWP COMMAND\n 4242 {}  {}  app", i,
                       200000 + 1024 * i, 20 + i);
  }));
  EXPECT_NEAR(slope(series(ps, "RSS")), kMebi, 1);
  EXPECT_NEAR(slope(series(ps, "NLWP")), 1, 1e-9);
  const auto kubectl = read(rows("", 20, [](int i) {
    return fmt::format("{}\nNAME         CPU(cores)   MEMORY(bytes)\ncollector    1{}m         {}Mi", iso(i),
                       i % 3, 208 + i);
  }));
  EXPECT_NEAR(slope(series(kubectl, "MEMORY(bytes)")), kMebi, 1);
}

TEST(Blanks, ADateOfSeveralWordsIsOneCell) {
  const auto readings = read(
      rows("", 20, [](int i) { return fmt::format("Thu Nov  6 10:{:02}:00 UTC 2025: {}", i, 100 + 5 * i); }));
  ASSERT_EQ(readings.series.size(), 1U);
  EXPECT_EQ(readings.clock, TimeBase::absolute);
  EXPECT_NEAR(slope(readings.series[0]), 5, 1e-9);
}

TEST(Logfmt, KeysAreColumnsWhereverTheTimeStands) {
  const auto inside = read(rows("", 20, [](int i) {
    return fmt::format("time={} level=info msg=\"runtime stats, all\" goroutines={} heap={}MiB", iso(i),
                       100 + 5 * i, 60 + i);
  }));
  EXPECT_NEAR(slope(series(inside, "goroutines")), 5, 1e-9);
  EXPECT_NEAR(slope(series(inside, "heap")), kMebi, 1);
  EXPECT_EQ(role_in(inside, "msg"), Role::label);
  const auto before = read(rows("", 20, [](int i) {
    return fmt::format("2025-11-06 10:{:02}:00: threads={}, fds={}", i, 100 + 5 * i, 7);
  }));
  EXPECT_NEAR(slope(series(before, "threads")), 5, 1e-9);
}

TEST(Status, BlocksOfProcAreRows) {
  const auto readings = read(rows("", 20, [](int i) {
    return fmt::format("{}\nName:\tapp\nVmRSS:\t  {} kB\nThreads:\t{}", iso(i), 200000 + 1024 * i, 20 + i);
  }));
  EXPECT_EQ(readings.rows, 20U);
  EXPECT_NEAR(slope(series(readings, "VmRSS")), kMebi, 1);
  EXPECT_NEAR(slope(series(readings, "Threads")), 1, 1e-9);
}

TEST(Jstat, CollectionsAreCountedAndAmountsAreInKibibytes) {
  const auto readings = read(rows("Timestamp  EC EU OC OU YGC YGCT FGC FGCT GCT\n", 20, [](int i) {
    return fmt::format("{} 24576.0 {}.5 200000.0 {}.0 {} {:.3f} 0 0.000 {:.3f}", 60 * i, 100 + i % 7,
                       50000 + 1024 * i, 3 * i, 0.01 * i, 0.01 * i);
  }));
  EXPECT_NEAR(slope(series(readings, "OU")), kMebi, 1);
  for (const char* name : {"YGC", "YGCT", "FGC", "GCT"})
    EXPECT_EQ(role_in(readings, name), Role::counter) << name;
}

TEST(KnownColumns, MemoryOfGoAndNodeIsInBytes) {
  const auto go = read(rows("", 20, [](int i) {
    return fmt::format(R"({{"ts":{},"memstats":{{"Alloc":{},"TotalAlloc":{},"HeapObjects":{}}}}})",
                       1762423200 + 60 * i, 20000000 + 1048576LL * i, 900000000 + 100000000LL * i, 5000 + i);
  }));
  EXPECT_EQ(series(go, "memstats.Alloc").dimension, Dimension::bytes);
  EXPECT_EQ(series(go, "memstats.HeapObjects").dimension, Dimension::count);
  EXPECT_EQ(role_in(go, "memstats.TotalAlloc"), Role::counter);
  const auto node = read(rows("", 20, [](int i) {
    return fmt::format(R"({{"t":{},"rss":50000000,"heapUsed":{},"external":12345,"arrayBuffers":99}})",
                       1762423200000LL + 60000 * i, 20000000 + 1048576LL * i);
  }));
  for (const char* name : {"heapUsed", "external", "arrayBuffers"})
    EXPECT_EQ(series(node, name).dimension, Dimension::bytes) << name;
}

TEST(ColumnRole, HowManyIsNoId) {
  for (const char* name : {"fd-nr", "threads_num", "conn_nr"})
    EXPECT_FALSE(role_by_name(name, true, false)) << name;
  EXPECT_EQ(role_by_name("row_nr", true, false)->role, Role::id);
  for (const char* name : {"Write count", "Write bytes", "Read bytes"})
    EXPECT_EQ(role_by_name(name, true, false)->role, Role::counter) << name;
}

TEST(Cells, GrafanasThousandsAreNoKibibytes) {
  const auto readings = read(rows("Time,goroutines\n", 20, [](int i) {
    return fmt::format("2025-11-06 10:{:02}:00,{:.3f} K", i, 1.998 + 0.005 * i);
  }));
  EXPECT_EQ(series(readings, "goroutines").dimension, Dimension::count);
  EXPECT_NEAR(slope(series(readings, "goroutines")), 5, 1e-6);
}

TEST(TimeColumn, DatesWithPointsHaveTheDayFirst) {
  const auto readings = read(rows(
      "Zeit;Threads\n", 20, [](int i) { return fmt::format("06.11.2025 10:{:02}:00;{}", i, 100 + 5 * i); }));
  EXPECT_NEAR(readings.from_s, 1762423200, 1);
}

TEST(TimeColumn, SpreadsheetsCountDays) {
  const auto days = [](const std::string& name) {
    return rows(name + ",fds\n", 20,
                [](int i) { return fmt::format("{:.10f},{}", 45967.4166666667 + i / 1440.0, 100 + 5 * i); });
  };
  EXPECT_NEAR(slope(series(read(days("Date")), "fds")), 5, 1e-3);
  EXPECT_NE(refusal(days("Time")).find("--time-format sheet"), std::string::npos);
  ReadingsOptions sheet;
  sheet.time.format = "sheet";
  EXPECT_NEAR(read(days("Time"), sheet).from_s, 1762423200, 1);
  EXPECT_EQ(read(days("elapsed_s")).clock, TimeBase::elapsed);
}

TEST(TimeColumn, DigitsThatAreDates) {
  const auto readings = read(rows("time,fds\n", 90, [](int i) {
    return fmt::format("202511061{}{:02}00,{}", i / 60, i % 60, 100 + 5 * i);
  }));
  EXPECT_NEAR(slope(series(readings, "fds")), 5, 1e-9);
  const auto numbers =
      read(rows("t_s,fds\n", 20, [](int i) { return fmt::format("{},{}", 10000000 + 60 * i, 100 + 5 * i); }));
  EXPECT_EQ(numbers.clock, TimeBase::elapsed);
}

TEST(Splitting, TotalsAddUpWhatIsThereAtATime) {
  ReadingsOptions by;
  by.by = {"pid"};
  // The second begins ten minutes later, and holds 100 from then on.
  const auto text = rows("time,pid,fds\n", 20, [](int i) {
    const auto first = fmt::format("{},812,{}", iso(i), 50);
    return i < 10 ? first : fmt::format("{}\n{},1400,100", first, iso(i));
  });
  const auto total = series(read(text, by), "fds (all)").values.take();
  EXPECT_DOUBLE_EQ(total.values.front(), 50);
  EXPECT_DOUBLE_EQ(total.values.back(), 150);
  ASSERT_EQ(total.values.size(), 20U);
  EXPECT_DOUBLE_EQ(total.values[9], 50);
  EXPECT_DOUBLE_EQ(total.values[10], 150);
}

TEST(PerCounter, TotalsOfSeveralToo) {
  ReadingsOptions options;
  options.by = {"pid"};
  options.per = "requests_total";
  // Two processes that each leak a descriptor in a hundred requests: ten in a thousand, together too.
  const auto readings = read(rows("time,pid,requests_total,fds\n", 20,
                                  [](int i) {
                                    return fmt::format("{0},812,{1},{2}\n{0},1400,{3},{4}", iso(i), 500 * i,
                                                       50 + 5 * i, 7000 + 1500 * i, 70 + 15 * i);
                                  }),
                             options);
  ASSERT_EQ(readings.series.size(), 3U);
  for (const auto& one : readings.series) EXPECT_NEAR(slope(one), 10, 1e-6) << one.title();
}

TEST(Tables, OfSqlClientsAreRead) {
  const auto row = [](int i) { return fmt::format(" 2025-11-06 10:{:02}:00 | {:7} |", i, 100 + 5 * i); };
  const std::string rule = "+---------------------+---------+\n";
  const auto mysql = read(
      rule + rows("| ts                  | threads |\n" + rule, 20, [&](int i) { return "|" + row(i); }) +
      rule);
  EXPECT_NEAR(slope(series(mysql, "threads")), 5, 1e-9);
  const auto psql = read(rows("         ts          | threads \n---------------------+---------\n", 20,
                              [&](int i) {
                                auto text = row(i);
                                text.pop_back();
                                return text;
                              }) +
                         "(20 rows)\n");
  EXPECT_NEAR(slope(series(psql, "threads")), 5, 1e-9);
}

TEST(Tables, LinesAboveThemArePassedOverAndTold) {
  const auto readings = read(rows("Report of web-1\nAll values are means\n\ntime,threads,fds\n", 20,
                                  [](int i) { return fmt::format("{},{},7", iso(i), 100 + 5 * i); }));
  EXPECT_NEAR(slope(series(readings, "threads")), 5, 1e-9);
  EXPECT_TRUE(noted(readings, "a line above the table was passed over (\"All values are means\")"));
}

TEST(JsonForm, NamesOfArraysStandBesideThem) {
  const auto readings =
      read(R"({"results":[{"series":[{"name":"proc","columns":["time","threads"],"values":[)" +
           rows("", 20,
                [](int i) { return fmt::format(R"({}["{}",{}])", i == 0 ? "" : ",", iso(i), 100 + 5 * i); }) +
           "]}]}]}");
  EXPECT_NEAR(slope(series(readings, "threads")), 5, 1e-9);
}

TEST(Cells, FailedReadingsAreGapsAndCounted) {
  const auto readings = read(rows("time,threads\n", 20, [](int i) {
    return fmt::format("{},{}", iso(i), i % 5 == 2 ? "ERROR" : std::to_string(100 + 5 * i));
  }));
  EXPECT_NEAR(slope(series(readings, "threads")), 5, 1e-9);
  EXPECT_TRUE(noted(readings, "4 of 20 cells of threads are no numbers (the first is \"ERROR\" in line 4)"));
  const auto half = rows("time,state\n", 20,
                         [](int i) { return fmt::format("{},{}", iso(i), i % 2 == 0 ? "ERROR" : "7"); });
  EXPECT_NE(refusal(half).find("10 of its cells are numbers and 10 are not"), std::string::npos);
}

TEST(TimeText, KibanaHasAnAtBetweenDateAndTime) {
  const auto time = parse_time_text("Nov 6, 2025 @ 10:00:00.500", DayOrder::day_first);
  ASSERT_TRUE(time);
  EXPECT_DOUBLE_EQ(time->seconds(), 1762423200.5);
}

TEST(TextInput, WindowsTextIsConvertedAndTold) {
  const auto readings = read(rows("time;Gr\xf6\xdf\x65 \x80;fds\n", 20,
                                  [](int i) { return fmt::format("{};{};{}", iso(i), 7, 100 + 5 * i); }));
  EXPECT_EQ(readings.columns[1].name, "Größe €");
  EXPECT_TRUE(noted(readings, "Windows-1252"));
  EXPECT_FALSE(noted(read(rows("time,größe\n", 20, [](int i) { return fmt::format("{},{}", iso(i), i); })),
                     "Windows"));
}

/// A column of random cells of one kind, under a random name.
struct RandomColumn {
  std::string name;
  int kind = 0;
  std::string cell(std::mt19937& random, int row) const {
    const auto some = static_cast<int>(random() % 1000);
    switch (kind) {
      case 0:
        return std::to_string(some);
      case 1:
        return fmt::format("{}.{:02}", some, some % 97);
      case 2:
        return fmt::format("{} MiB", 1 + some);
      case 3:
        return some % 4 == 0 ? "" : std::to_string(row);
      case 4:
        return some % 10 == 0 ? "ERROR" : std::to_string(5 + some);
      case 5:
        return fmt::format("{} %", some % 100);
      case 6:
        return some % 2 == 0 ? "up" : "42";
      default:
        return fmt::format("2025-11-06T10:{:02}:00Z", row);
    }
  }
};

TEST(Property, NothingNumericInAFileGoesUnmentioned) {
  const std::vector<std::string> pool{
      "fds",    "rss",       "pid",   "cpu_s",  "x",      "heap used", "requests_total",
      "uptime", "queue",     "state", "p99_ms", "free",   "Wert",      "a.b.c",
      "conns",  "mem_limit", "note",  "errors", "%usage", "when",      "count-nr"};
  std::size_t read_ones = 0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    std::vector<RandomColumn> columns;
    for (std::size_t i = 0, count = 1 + random() % 6; i < count; ++i)
      columns.push_back(
          {pool[random() % pool.size()] + (i > 0 ? std::to_string(i) : ""), static_cast<int>(random() % 8)});
    std::string header = "time";
    for (const auto& column : columns) header += "," + column.name;
    const auto text = rows(header + "\n", 30, [&](int row) {
      std::string line = iso(row);
      for (const auto& column : columns) line += "," + column.cell(random, row);
      return line;
    });
    try {
      const auto readings = read(text);
      ++read_ones;
      const auto closing = closing_line(readings);
      for (const auto& column : columns) {
        const auto note = std::find_if(readings.columns.begin(), readings.columns.end(),
                                       [&](const ColumnNote& one) { return one.name == column.name; });
        ASSERT_NE(note, readings.columns.end()) << seed << ": " << column.name << "\n" << text;
        if (note->understanding.role != Role::time) {
          EXPECT_EQ(note->numbers + note->gaps + note->texts, 30U) << seed;
        }
        EXPECT_NE(closing.find(column.name), std::string::npos) << seed << ": " << closing;
        const bool in_series = std::any_of(readings.series.begin(), readings.series.end(),
                                           [&](const SampleSeries& one) { return one.name == column.name; });
        EXPECT_EQ(in_series, note->judged) << seed << ": " << column.name;
        if (!note->judged && note->texts > 0 && note->numbers > 0) {
          EXPECT_FALSE(note->understanding.why.empty()) << seed << ": " << column.name;
        }
        if (note->judged && note->texts > 0) {
          EXPECT_TRUE(noted(readings, "cells of " + column.name + " are no numbers")) << seed;
        }
      }
    } catch (const UsageError& refused) {
      EXPECT_EQ(std::string{refused.what()}.find("samples"), 0U) << seed << ": " << refused.what();
    }
  }
  EXPECT_GT(read_ones, 100U);
}

}  // namespace
}  // namespace leakrig
