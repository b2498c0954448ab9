#include <gtest/gtest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/report/sentences.h"
#include "tests/support/analysis_builder.h"

namespace leakrig {
namespace {

std::string lines_of(const RunRecord& record) {
  return fmt::format("{}", fmt::join(first_lines(analyze(record)), "\n"));
}

RunRecord record_of(VariantRecord variant) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {std::move(variant)};
  return record;
}

TEST(FirstLines, SayWhatLeaksHowFastAndWithWhatChance) {
  const std::vector<std::string> unbroken =
      first_lines(analyze(record_of(VariantBuilder("default").threads(128, 32).build())), 400);
  const auto lines = fmt::format("{}", fmt::join(unbroken, "\n"));
  EXPECT_TRUE(lines.starts_with("LEAK  160 threads in 5 min: 80 readLoop\n  32.0/min (")) << lines;
  EXPECT_NE(lines.find("chance that it is within 2/min: < 0.1 %"), std::string::npos) << lines;
  EXPECT_NE(lines.find("in step with it 80 sockets"), std::string::npos) << lines;
}

TEST(FirstLines, LeadWithWhatLeaksAndNotWithTheFirstMetric) {
  VariantRecord variant = VariantBuilder("default").threads(128, 0).build();
  for (auto& sample : variant.samples) sample.values["fds"] = 40 + std::floor(20 * (sample.t_s + 60) / 60);
  const auto lines = lines_of(record_of(variant));
  EXPECT_TRUE(lines.starts_with("LEAK  100 file descriptors in 5 min")) << lines;
}

TEST(FirstLines, SayThatMemoryGrewThoughNobodyJudgesIt) {
  VariantRecord variant = VariantBuilder("default").threads(11, 0).build();
  for (auto& sample : variant.samples)
    sample.values["rss_bytes"] = (43 + 13.2 * (sample.t_s + 60) / 60) * (1 << 20);
  const auto lines = lines_of(record_of(variant));
  EXPECT_TRUE(lines.starts_with("STABLE  11 threads after 5 min")) << lines;
  EXPECT_NE(lines.find("\n! grew, and is not judged: resident memory from"), std::string::npos) << lines;
}

TEST(FirstLines, FitTheTerminal) {
  for (const auto& line : first_lines(task3_analysis())) EXPECT_LE(line.size(), 80U) << line;
}

TEST(FirstLines, OfSeveralVariantsHaveALineEach) {
  const auto lines = fmt::format("{}", fmt::join(first_lines(task3_analysis()), "\n"));
  EXPECT_TRUE(lines.starts_with("LEAK  160 threads in 5 min: ")) << lines;
  EXPECT_NE(lines.find("(keepalives-on)"), std::string::npos) << lines;
  EXPECT_NE(lines.find("\n  keepalives-off: leak, threads 32.0/min"), std::string::npos) << lines;
}

TEST(FirstLines, SayThatASubjectDidNothing) {
  VariantRecord variant = VariantBuilder("default").threads(11, 0).build();
  for (auto& sample : variant.samples) sample.values["cpu_s"] = 0.5;
  EXPECT_NE(lines_of(record_of(variant)).find("! the subject did nothing"), std::string::npos);
  for (auto& sample : variant.samples) sample.values["cpu_s"] = 0.5 + 0.01 * sample.t_s;
  EXPECT_EQ(lines_of(record_of(variant)).find('!'), std::string::npos) << "its clean twin";
}

TEST(FirstLines, SayThatAProbeNeverAnswered) {
  RunRecord record = record_of(VariantBuilder("default").threads(11, 0).build());
  record.scenario["subject"]["probes"]["pprof"] = "http://127.0.0.1:1";
  EXPECT_NE(lines_of(record).find("! goroutines were asked for and never read"), std::string::npos);
}

TEST(FirstLines, SayThatChildrenWereNotCounted) {
  VariantRecord variant = VariantBuilder("default").threads(11, 0).build();
  variant.samples.back().values["uncounted_children"] = 3;
  EXPECT_NE(lines_of(record_of(variant)).find("! 3 child processes were not counted"), std::string::npos);
}

TEST(FirstLines, CountOneAsOne) {
  const auto lines = lines_of(record_of(VariantBuilder("default").threads(1, 0).build()));
  EXPECT_TRUE(lines.starts_with("STABLE  1 thread after 5 min, 1 at T+0")) << lines;
}

TEST(FirstLines, SayThatNothingWasCollected) {
  RunRecord record = record_of(VariantBuilder("default").threads(48, 0).delivered(4800, 4800).build());
  EXPECT_NE(lines_of(record).find("! none of 4,800 log lines was collected"), std::string::npos);
  const auto advice = sentences_of(analyze(record)).recommendations;
  EXPECT_EQ(advice, std::vector<std::string>{"Find out why `default` collects nothing, and run again."});
  record.scenario["subject"]["collects"] = false;
  EXPECT_NE(lines_of(record).find("! none of 4,800 log lines was collected, as the scenario means it to be"),
            std::string::npos)
      << lines_of(record);
  record.variants[0] = VariantBuilder("default").threads(48, 0).delivered(4800, 0).build();
  EXPECT_EQ(lines_of(record).find('!'), std::string::npos) << "its clean twin";
}

}  // namespace
}  // namespace leakrig
