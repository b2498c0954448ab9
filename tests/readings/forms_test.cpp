#include "harness/readings/forms/form.h"
#include "tests/readings/reading_text.h"

namespace leakrig {
namespace {

using namespace testing_readings;

TEST(JsonForm, LinesArraysAndEnvelopesHaveRows) {
  const auto object = [](int i) {
    return fmt::format(R"({{"time": "{}", "memory": {{"rss": {}}}, "pid": 4711, "ok": true}})", iso(i),
                       500'000'000 + i * 1'000'000);
  };
  std::string array = "[";
  for (int i = 0; i < 20; ++i) array += (i == 0 ? "" : ",\n") + object(i);
  array += "]";
  for (const auto& text : {rows("", 20, object), array, R"({"host": "a", "samples": )" + array + "}"}) {
    const auto readings = read(text);
    EXPECT_EQ(readings.rows, 20U);
    EXPECT_NEAR(slope(series(readings, "memory.rss")), 1e6, 1e-3);
    EXPECT_EQ(column(readings, "pid").understanding.role, Role::id);
    EXPECT_EQ(column(readings, "ok").understanding.role, Role::label);
  }
}

TEST(JsonForm, NumbersInQuotesAreNumbers) {
  EXPECT_NEAR(slope(read(rows("", 10,
                              [](int i) {
                                return fmt::format(R"({{"ts":{},"fds":"{}"}})", 1762423200 + 60 * i, 7 * i);
                              }))
                        .series.at(0)),
              7, 1e-6);
}

TEST(JsonForm, PairsAndColumnsAreRowsToo) {
  EXPECT_NEAR(slope(read("[[1762423200, 1], [1762423260, 3], [1762423320, 5]]").series.at(0)), 2, 1e-6);
  EXPECT_NEAR(slope(read(R"({"time": [0, 60, 120], "fds": [1, 3, 5]})").series.at(0)), 2, 1e-6);
}

TEST(JsonForm, ALastLineCutShortIsNoFault) {
  EXPECT_EQ(read("{\"t_s\": 0, \"fds\": 1}\n{\"t_s\": 60, \"fds\": 2}\n{\"t_s\": 120, \"fd").rows, 3U);
}

TEST(JsonForm, DepthAndLengthAreBounded) {
  EXPECT_NE(refusal("{\"a\":" + std::string(100'000, '[')).find("nested more than 64"), std::string::npos);
  EXPECT_NE(refusal("{\"a\":\"" + std::string(5 << 20, 'x')).find("1 MiB"), std::string::npos);
  EXPECT_NE(refusal("{\"t_s\":0,\"fds\":1}\nnonsense\n").find("samples:2"), std::string::npos);
}

TEST(PrometheusJson, EachSeriesIsAColumnAndLabelsAreAskedFor) {
  std::string one;
  std::string two;
  for (int i = 0; i < 20; ++i) {
    one += fmt::format("{}[{},\"{}\"]", i == 0 ? "" : ",", 1762423200 + 60 * i, 10 + 4 * i);
    two += fmt::format("{}[{},\"{}\"]", i == 0 ? "" : ",", 1762423200 + 60 * i, 900 - i);
  }
  const auto answer = [](const std::string& results) {
    return R"({"status":"success","data":{"resultType":"matrix","result":[)" + results + "]}}";
  };
  const std::string a = R"({"metric":{"__name__":"go_goroutines","instance":"a:1"},"values":[)" + one + "]}";
  const std::string b = R"({"metric":{"__name__":"go_goroutines","instance":"b:1"},"values":[)" + two + "]}";
  EXPECT_NEAR(slope(series(read(answer(a)), "go_goroutines")), 4, 1e-6);
  EXPECT_NE(refusal(answer(a + "," + b)).find("--by instance"), std::string::npos);
  ReadingsOptions where;
  where.where = {"instance=b:1"};
  EXPECT_NEAR(slope(series(read(answer(a + "," + b), where), "go_goroutines")), -1, 1e-6);
  ReadingsOptions by;
  by.by = {"instance"};
  const auto each = read(answer(a + "," + b), by);
  EXPECT_NEAR(slope(series(each, "go_goroutines{instance=a:1}")), 4, 1e-6);
  EXPECT_NEAR(slope(series(each, "go_goroutines (all)")), 3, 0.2);
  EXPECT_NE(refusal(R"({"status":"error","errorType":"bad_data","error":"parse error"})").find("parse error"),
            std::string::npos);
}

TEST(OpenMetricsForm, TypesTellCountersAndTimeStampsTheTime) {
  const auto text = rows("# TYPE go_goroutines gauge\n# TYPE http_requests counter\n", 20, [](int i) {
    return fmt::format("go_goroutines {} {}\nhttp_requests_total{{code=\"200\"}} {} {}", 100 + 5 * i,
                       1762423200 + 60 * i, 40 * i, 1762423200 + 60 * i);
  });
  const auto readings = read(text + "# EOF\n");
  EXPECT_NEAR(slope(series(readings, "go_goroutines")), 5, 1e-6);
  EXPECT_EQ(readings.series.size(), 1U);
  EXPECT_EQ(readings.counters, std::vector<std::string>{"http_requests_total"});
  EXPECT_NE(refusal("# TYPE go_goroutines gauge\ngo_goroutines 5\n").find("time stamps"), std::string::npos);
}

TEST(Pidstat, BlocksOfOneProcessAreOneTable) {
  std::string text = "Linux 6.1.0 (web-1) \t11/06/2025 \t_x86_64_\t(2 CPU)\n\n";
  for (int i = 0; i < 20; ++i) {
    text += fmt::format(
        "10:{0:02}:01 AM   UID       PID    %usr %system  %guest   %wait    %CPU   CPU  "
        "Command\n10:{0:02}:02 AM  1000       812    1.00    0.00    0.00    0.00    1.00     1  my app\n\n",
        i);
    text += fmt::format(
        "10:{0:02}:01 AM   UID       PID  minflt/s  majflt/s     VSZ     RSS   %MEM  Command\n10:{0:02}:02 "
        "AM  1000       812     10.00      0.00  300000   {1}   0.50  my app\n\n",
        i, 50000 + 1024 * i);
  }
  text += "Average:     1000       812     10.00      0.00  300000   50000   0.50  my app\n";
  const auto readings = read(text);
  EXPECT_EQ(readings.form, "the output of pidstat");
  EXPECT_EQ(readings.rows, 20U);
  EXPECT_NEAR(slope(series(readings, "RSS")), 1048576, 1);
  EXPECT_EQ(column(readings, "minflt/s").understanding.role, Role::rate);
  EXPECT_EQ(column(readings, "%CPU").understanding.role, Role::share);
  EXPECT_EQ(column(readings, "PID").understanding.role, Role::id);
}

TEST(Pidstat, OneTableWithEpochTimes) {
  const auto readings =
      read(rows("# Time        UID       PID     VSZ     RSS  threads   fd-nr  Command\n", 10, [](int i) {
        return fmt::format("{}     0       812  300000   50000   {}   12  app", 1762423200 + 60 * i, 5 + i);
      }));
  EXPECT_NEAR(slope(series(readings, "threads")), 1, 1e-6);
}

TEST(Psrecord, NamesMayHaveBlanks) {
  const auto readings = read(rows("# Elapsed time   CPU (%)     Real (MB)   Virtual (MB)\n", 20, [](int i) {
    return fmt::format("{:12.3f} {:12.3f} {:12.3f} {:12.3f}", 60.0 * i + 0.003, 1.2, 50 + 0.9 * i, 300.0);
  }));
  EXPECT_NEAR(slope(series(readings, "Real (MB)")) / 1048576, 0.9, 1e-6);
  EXPECT_EQ(column(readings, "CPU (%)").understanding.role, Role::share);
}

TEST(Mprof, MemoryIsInMebibytes) {
  const auto readings = read(rows("CMDLINE python app.py\n", 20, [](int i) {
    return fmt::format("MEM {:.6f} {}.0000", 50 + 0.8 * i, 1762423200 + 60 * i);
  }));
  EXPECT_NEAR(slope(series(readings, "memory")) / 1048576, 0.8, 1e-6);
}

TEST(DockerStats, HasNoTimesUnlessTheyStandBetween) {
  const auto frame = [](int i) {
    return fmt::format(
        "CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT     MEM %     NET I/O         BLOCK I/O   "
        "PIDS\n"
        "f3c2a1b0d9e8   web       0.07%     {}MiB / 15.5GiB   0.06%     1.1kB / 0B      0B / 0B     {}",
        10 + i, 5 + i);
  };
  const auto dated = read(rows("", 20, [&](int i) { return iso(i) + "\n" + frame(i); }));
  EXPECT_NEAR(slope(series(dated, "MEM USAGE")), 1048576, 1e-3);
  EXPECT_NEAR(slope(series(dated, "PIDS")), 1, 1e-6);
  EXPECT_EQ(column(dated, "LIMIT").understanding.role, Role::limit);
  EXPECT_EQ(column(dated, "CPU %").understanding.role, Role::share);
  const auto plain = rows("", 20, frame);
  EXPECT_NE(refusal(plain).find("--every"), std::string::npos);
  ReadingsOptions every;
  every.time.every_s = 60;
  EXPECT_NEAR(slope(series(read(plain, every), "PIDS")), 1, 1e-6);
}

TEST(DockerStats, LinesOfJsonToo) {
  ReadingsOptions every;
  every.time.every_s = 60;
  const auto readings = read(
      rows(
          "", 20,
          [](int i) {
            return fmt::format(
                R"({{"BlockIO":"0B / 0B","CPUPerc":"0.07%","Container":"f3c2","ID":"f3c2","MemPerc":"0.06%","MemUsage":"{}MiB / 15GiB","Name":"web","NetIO":"1kB / 0B","PIDs":"{}"}})",
                10 + i, 5);
          }),
      every);
  EXPECT_NEAR(slope(series(readings, "MemUsage")), 1048576, 1e-3);
  EXPECT_EQ(column(readings, "MemUsage limit").understanding.role, Role::limit);
}

TEST(Top, EachTableHasTheTimeOfItsFirstLine) {
  const auto text = rows("", 20, [](int i) {
    return fmt::format(
        "top - {:02}:{:02}:00 up 1 day,  2:03,  1 user,  load average: 0.00, 0.01, 0.05\nTasks:   2 "
        "total\n%Cpu(s):  0.0 us\nMiB Mem :   1000.0 total\n\n"
        "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n    812 root      "
        "20   0  300000  {}   2000 S   0.0   0.1   1:{:02}.00 my app\n",
        23 + (50 + i) / 60 == 24 ? 0 : 23, (50 + i) % 60,
        i % 2 == 0 ? fmt::format("{}", 50000 + 1024 * i) : fmt::format("{}", 50000 + 1024 * i), i);
  });
  const auto readings = read(text);
  EXPECT_EQ(readings.form, "the output of top -b");
  EXPECT_NEAR(slope(series(readings, "RES")), 1048576, 1);
  EXPECT_EQ(column(readings, "TIME+").understanding.role, Role::counter);
  EXPECT_TRUE(noted(readings, "pass midnight"));
}

TEST(Form, InputOverridesAndNamesWhatThereIs) {
  ReadingsOptions options;
  options.input = "xls";
  EXPECT_NE(refusal("time,fds\n0,1\n", options).find("psrecord"), std::string::npos);
  options.input = "csv";
  EXPECT_EQ(read("time,fds\n0,1\n60,2\n", options).rows, 2U);
}

TEST(LeakrigRecord, TheWarmUpIsNoPartOfIt) {
  const auto readings = read(rows("", 30, [](int i) {
    return fmt::format(
        R"({{"cpu_s":{},"due_s":{},"fds":5,"groups":{{"fd":{{"a":1}}}},"rig_fds":17,"sockets":0,"sockets_tcp":0,"t_s":{},"variant":"watched"}})",
        0.1 * i, i - 5, i - 5);
  }));
  EXPECT_EQ(readings.rows, 25U);
  EXPECT_EQ(closing_line(readings).find("judged: fds, sockets;") != std::string::npos, true)
      << closing_line(readings);
  EXPECT_TRUE(noted(readings, "warm-up"));
}

}  // namespace
}  // namespace leakrig
