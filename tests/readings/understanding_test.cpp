#include "tests/readings/reading_text.h"

namespace leakrig {
namespace {

using namespace testing_readings;

Role role(const std::string& name, bool never_falls = true, bool constant = false) {
  const auto understood = role_by_name(name, never_falls, constant);
  return understood ? understood->role : Role::metric;
}

TEST(ColumnRole, CountersIdsAndActivityAreNotJudged) {
  for (const char* name : {"http_requests_total", "requests_sent", "cpu_s", "cpu_seconds",
                           "process_cpu_seconds_total", "connections_opened", "bytes_received", "errors",
                           "rx_bytes", "gc_count", "utime", "jobs_completed", "NET I/O in", "TotalAlloc"})
    EXPECT_EQ(role(name), Role::counter) << name;
  for (const char* name : {"pid", "ppid", "port", "request_id", "tid", "exit_code", "host_port"})
    EXPECT_EQ(role(name), Role::id) << name;
  EXPECT_EQ(role("uptime_s"), Role::uptime);
  EXPECT_EQ(role("process_start_time_seconds"), Role::start_time);
  for (const char* name : {"rps", "requests_per_second", "kB_rd/s"})
    EXPECT_EQ(role(name), Role::rate) << name;
  for (const char* name : {"cpu", "CPU Usage (%)", "mem_percent", "load1"})
    EXPECT_EQ(role(name), Role::share) << name;
  for (const char* name : {"latency_ms", "p99", "gc_pause_seconds"})
    EXPECT_EQ(role(name), Role::duration) << name;
  EXPECT_EQ(role("mem_free_mb"), Role::free);
  EXPECT_EQ(role("process_max_fds", true, true), Role::limit);
}

TEST(ColumnRole, WhatIsHeldIsJudged) {
  for (const char* name : {"goroutines",
                           "fds",
                           "fd_count",
                           "threads",
                           "open_connections",
                           "connections",
                           "rss_mb",
                           "heapUsed",
                           "memory.heapUsed",
                           "PIDS",
                           "process_open_fds",
                           "queue_length",
                           "sockets",
                           "ThreadPool Thread Count",
                           "handles",
                           "pending_requests",
                           "requests_in_flight",
                           "cache_entries",
                           "Real (MB)",
                           "process_resident_memory_bytes",
                           "go_memstats_alloc_bytes",
                           "active_sessions",
                           "bytes_in_use"})
    EXPECT_EQ(role(name), Role::metric) << name;
}

TEST(Units, OneMemoryInSevenUnits) {
  const auto readings =
      read(rows("time,rss,rss_bytes,heapUsed,rss_kb,rss_kib,rss_mb,memory_gb\n", 40, [](int i) {
        const double bytes = 200'000'000.0 + 5'242'880.0 * i;
        return fmt::format("{0},{1:.0f},{1:.0f},{1:.0f},{2:.0f},{2:.0f},{3:.2f},{4:.6f}", iso(i), bytes,
                           bytes / 1024, bytes / 1048576, bytes / 1073741824);
      }));
  ASSERT_EQ(readings.series.size(), 7U);
  for (const auto& one : readings.series) {
    EXPECT_EQ(one.dimension, Dimension::bytes) << one.name;
    EXPECT_NEAR(slope(one) / 5'242'880, 1, 0.002) << one.name;
  }
}

TEST(Units, WhatMayBeTwoUnitsIsAskedFor) {
  const auto text = rows("time,mem\n", 10, [](int i) { return fmt::format("{},{}", iso(i), 569.1 + i); });
  EXPECT_NE(refusal(text).find("--unit mem=MiB"), std::string::npos);
  ReadingsOptions options;
  options.units = {"mem=MiB"};
  EXPECT_NEAR(slope(read(text, options).series.at(0)), 1048576, 1);
  ReadingsOptions others;
  others.metrics = {"fds"};
  EXPECT_EQ(read(rows("time,mem,fds\n", 10, [](int i) { return fmt::format("{},{},5", iso(i), 569.1 + i); }),
                 others)
                .series.size(),
            1U);
}

std::string two_processes() {
  return rows("time,pid,fds\n", 20, [](int i) {
    return fmt::format("{0},812,{1}\n{0},1400,{2}", iso(i), 100 + 6 * i, 900 - 6 * i);
  });
}

TEST(Splitting, SeveralProcessesAreRefusedWithTheChoice) {
  const auto message = refusal(two_processes());
  EXPECT_NE(message.find("pid has 2 values (812 in 20 rows, 1400 in 20 rows)"), std::string::npos) << message;
  EXPECT_NE(message.find("--where pid=812"), std::string::npos);
  EXPECT_NE(message.find("--by pid"), std::string::npos);
}

TEST(Splitting, WhereAndBy) {
  ReadingsOptions where;
  where.where = {"pid=812"};
  EXPECT_NEAR(slope(read(two_processes(), where).series.at(0)), 6, 1e-6);
  ReadingsOptions by;
  by.by = {"pid"};
  const auto each = read(two_processes(), by);
  ASSERT_EQ(each.series.size(), 3U);
  EXPECT_NEAR(slope(series(each, "fds{pid=1400}")), -6, 1e-6);
  EXPECT_NEAR(slope(series(each, "fds (all)")), 0, 1e-6);
  where.where = {"pid=7"};
  EXPECT_NE(refusal(two_processes(), where).find("no row has that value"), std::string::npos);
  where.where = {"nobody=7"};
  EXPECT_NE(refusal(two_processes(), where).find("no such column"), std::string::npos);
}

TEST(Splitting, OneAfterTheOtherOverTheSameTimeIsTwoThings) {
  const auto text = rows("time,host,fds\n", 40,
                         [](int i) { return fmt::format("{},{},{}", iso(i % 20), i < 20 ? "a" : "b", i); });
  EXPECT_NE(refusal(text).find("host has 2 values"), std::string::npos);
}

TEST(Splitting, AStateThatComesAndGoesIsJustText) {
  const auto readings = read(rows("time,host,state,fds\n", 20, [](int i) {
    return fmt::format("{},web-1,{},{}", iso(i), i % 3 == 0 ? "R" : "S", i);
  }));
  EXPECT_EQ(column(readings, "state").understanding.role, Role::label);
  EXPECT_EQ(column(readings, "state").values, 2U);
}

TEST(Splitting, TwoThingsWithoutAColumnAreRefused) {
  const auto text =
      rows("time,fds\n", 20, [](int i) { return fmt::format("{0},{1}\n{0},{2}", iso(i), 100 + i, 900 - i); });
  EXPECT_NE(refusal(text).find("several things"), std::string::npos);
  // Times to the minute of readings each ten seconds are one thing.
  const auto coarse =
      read(rows("time,fds\n", 120, [](int i) { return fmt::format("10:{:02},{}", i / 6, 100 + i); }));
  EXPECT_EQ(coarse.rows, 120U);
  EXPECT_TRUE(noted(coarse, "the mean counts"));
}

TEST(Lives, APidAnUptimeAStartTimeACounterTellRestarts) {
  for (const char* kind : {"pid", "uptime_s", "start_time_seconds", "requests_total"}) {
    const auto readings = read(rows(fmt::format("time,{},goroutines\n", kind), 60, [&](int i) {
      const int life = i / 20;
      const std::string told = std::string{kind} == "pid" ? std::to_string(812 + 600 * life)
                               : std::string{kind} == "start_time_seconds"
                                   ? std::to_string(1762423200 + 1200 * life)
                                   : std::to_string(60 * (i % 20));
      return fmt::format("{},{},{}", iso(i), told, 100 + 5 * (i % 20));
    }));
    EXPECT_EQ(readings.lives, 3U) << kind;
    EXPECT_EQ(series(readings, "goroutines").lives, (std::vector<double>{20, 40})) << kind;
    EXPECT_TRUE(noted(readings, "restart")) << kind;
  }
}

TEST(PerCounter, IsTheAxisInsteadOfTime) {
  const auto text = rows("time,requests_sent,fds\n", 20,
                         [](int i) { return fmt::format("{},{},{}", iso(i), 500 * i, 10 + i); });
  EXPECT_EQ(read(text).counters, std::vector<std::string>{"requests_sent"});
  ReadingsOptions per;
  per.per = "requests_sent";
  EXPECT_NEAR(slope(series(read(text, per), "fds")), 2, 1e-9);
}

TEST(Judge, WhatLooksLikeACounterCanBeAskedFor) {
  ReadingsOptions judge;
  judge.judge = {"requests_sent"};
  const auto text = rows("time,requests_sent,fds\n", 20,
                         [](int i) { return fmt::format("{},{},{}", iso(i), 500 * i, 10 + i); });
  EXPECT_EQ(read(text, judge).series.size(), 2U);
  judge.judge = {"nothing"};
  EXPECT_NE(refusal(text, judge).find("no such column"), std::string::npos);
}

TEST(Explained, SaysHowEachColumnWasUnderstood) {
  const auto text = explained(read(rows("time,pid,rss_kb,host\n", 10, [](int i) {
    return fmt::format("{},812,{},web-1", iso(i), 50000 + i);
  })));
  EXPECT_NE(text.find("read as CSV"), std::string::npos) << text;
  EXPECT_NE(text.find("in KiB (by its name)"), std::string::npos) << text;
  EXPECT_NE(text.find("id, always \"812\""), std::string::npos) << text;
}

TEST(Values, WhatIsTooLargeIsAGap) {
  const auto readings = read("t_s,fds\n0,1e308\n60,1e309\n120,5\n180,inf\n");
  EXPECT_EQ(series(readings, "fds").values.readings(), 2U);
  EXPECT_TRUE(noted(readings, "too large"));
}

}  // namespace
}  // namespace leakrig
