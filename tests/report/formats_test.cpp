#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>

#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/report/checks.h"
#include "harness/report/github.h"
#include "harness/report/report.h"
#include "harness/report/result_json.h"
#include "tests/support/analysis_builder.h"
#include "tests/support/hostile.h"

namespace leakrig {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return lines;
}

/// A variant that leaks though nothing says that it may, and whose stack is known.
Analysis failing_analysis(int variants = 1) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  for (int i = 0; i < variants; ++i)
    record.variants.push_back(
        VariantBuilder("v" + std::to_string(i)).threads(10, 32).streams(3.75, 0).delivered(100, 3).build());
  Analysis analysis = analyze(record);
  for (auto& variant : analysis.variants) {
    for (auto& row : variant.attribution) {
      row.function = "main.(*monitor).read";
      row.file = "/src/app/monitor,a.go";
      row.line = 42;
    }
  }
  return analysis;
}

/// A text whose lines were broken at 80 columns, as one line.
std::string unwrapped(const std::string& text) {
  std::string joined;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n';
    if (!blank || !joined.ends_with(' ')) joined += blank ? ' ' : c;
  }
  return joined;
}

TEST(Formats, SayHowLongWhatGrowsIsBlockedWhereThatIsKnown) {
  Analysis analysis = failing_analysis();
  for (const bool known : {false, true}) {
    ASSERT_FALSE(analysis.variants[0].attribution.empty());
    auto& row = analysis.variants[0].attribution[0];
    row.waited_min = known ? 4 : 0;
    row.proven_blocked = known ? 2 : 0;
    const auto has = [&](const std::string& text, const char* part) {
      return (text.find(part) != std::string::npos) == known;
    };
    EXPECT_TRUE(has(unwrapped(render_console(analysis, {})), "the longest is blocked for 4 minutes and 2 are proven"))
        << known;
    EXPECT_TRUE(has(render_markdown(analysis, {}), "| Blocked for up to |")) << known;
    EXPECT_TRUE(has(render_markdown(analysis, {}), "| 4 minutes, 2 for ever, as Go proves |")) << known;
    EXPECT_TRUE(has(render_html(analysis, {}), "4 minutes, 2 for ever, as Go proves")) << known;
    EXPECT_TRUE(has(result_json(analysis).dump(), "blocked_min")) << known;
  }
}

Analysis undecided_analysis() {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("a").threads(10, 2).build()};
  Analysis analysis = analyze(record);
  analysis.variants[0].metrics[0].verdict = MetricVerdict::inconclusive;
  return analysis;
}

const Check& check(const std::vector<Check>& checks, const std::string& what) {
  for (const auto& c : checks) {
    if (c.what == what) return c;
  }
  throw std::runtime_error("no check " + what);
}

TEST(Checks, FollowTheExpectationsWhereThereAreSome) {
  const auto checks = checks_of(task3_analysis());
  EXPECT_EQ(check(checks, "threads").state, CheckState::passed) << "a leak was expected";
  EXPECT_EQ(check(checks, "sockets").state, CheckState::passed) << "nothing is expected of them";
  EXPECT_EQ(check(checks, "versus_reference").state, CheckState::passed);
}

TEST(Checks, OfALeakThatNobodyExpectsFailWithRateAndInterval) {
  const auto checks = checks_of(failing_analysis());
  const Check& threads = check(checks, "threads");
  EXPECT_EQ(threads.state, CheckState::failed);
  EXPECT_NE(threads.message.find("32.0/min"), std::string::npos) << threads.message;
  EXPECT_NE(threads.message.find("(95 % "), std::string::npos);
  ASSERT_FALSE(threads.places.empty());
  EXPECT_EQ(threads.places[0].line, 42);
  EXPECT_EQ(check(checks_of(undecided_analysis()), "threads").state, CheckState::undecided);
}

TEST(Checks, AreBrokenWhereTheSubjectWas) {
  RunRecord record;
  record.scenario = {{"name", "s"}};
  record.variants = {VariantBuilder("a").ended(Outcome::never_ready, "no line").build()};
  const auto checks = checks_of(analyze(record));
  ASSERT_EQ(checks.size(), 1U);
  EXPECT_EQ(checks[0].state, CheckState::broken);
}

pugi::xml_document junit(const Analysis& analysis) {
  pugi::xml_document document;
  const auto parsed = document.load_string(render_junit(analysis, {}).c_str());
  EXPECT_TRUE(parsed) << parsed.description();
  return document;
}

TEST(JUnit, HasASuiteAVariantAndATestAMetric) {
  const auto document = junit(failing_analysis(2));
  const auto suites = document.child("testsuites");
  EXPECT_STREQ(suites.first_child().attribute("name").value(), "s.v0");
  const auto threads = suites.first_child().find_child_by_attribute("testcase", "name", "threads");
  EXPECT_STREQ(threads.attribute("classname").value(), "s.v0");
  EXPECT_NE(std::string{threads.child("failure").attribute("message").value()}.find("(95 % "),
            std::string::npos);
  int failures = 0;
  for (const auto suite : suites) {
    for (const auto test : suite) failures += test.child("failure") ? 1 : 0;
  }
  EXPECT_EQ(failures, suites.attribute("failures").as_int());
  EXPECT_GE(failures, 4);
}

TEST(JUnit, TellsHowLongEachRunTook) {
  Analysis analysis = failing_analysis(2);
  analysis.variants[0].wall_s = 12.5;
  analysis.variants[1].wall_s = 3;
  const auto suites = junit(analysis).child("testsuites");
  EXPECT_STREQ(suites.attribute("time").value(), "15.500");
  EXPECT_STREQ(suites.first_child().attribute("time").value(), "12.500");
  EXPECT_STREQ(
      suites.first_child().find_child_by_attribute("testcase", "name", "run").attribute("time").value(), "12.500");
}

TEST(JUnit, SkipsWhatIsInconclusiveAndSaysWhy) {
  const auto document = junit(undecided_analysis());
  const auto test =
      document.child("testsuites").first_child().find_child_by_attribute("testcase", "name", "threads");
  EXPECT_NE(std::string{test.child("skipped").attribute("message").value()}.find("(95 % "),
            std::string::npos);
  EXPECT_EQ(document.child("testsuites").attribute("skipped").as_int(), 1);
}

TEST(Csv, HasARowAMetricAndAsManyCellsAsItsHead) {
  const auto lines = lines_of(render_csv(task3_analysis(), {}));
  ASSERT_EQ(lines.size(), 5U);
  for (const auto& line : lines) EXPECT_EQ(std::count(line.begin(), line.end(), ','), 27) << line;
  EXPECT_NE(lines[1].find("\"keepalives-on\",completed,\"threads\",\"threads\",true,leak"), std::string::npos)
      << lines[1];
}

TEST(OpenMetrics, HasEachFamilyOnceAndEndsAsItMust) {
  const auto lines = lines_of(render_openmetrics(task3_analysis(), {}));
  EXPECT_EQ(lines.back(), "# EOF");
  std::set<std::string> types;
  for (const auto& line : lines) {
    if (line.starts_with("# TYPE ")) {
      EXPECT_TRUE(types.insert(line).second) << line;
    }
  }
  EXPECT_GE(types.size(), 10U);
}

TEST(GitHub, AnnotatesTheLineThatLeaks) {
  RenderOptions options;
  options.locate = [](const std::string& file) {
    return file == "/src/app/monitor,a.go" ? "app/monitor,a.go" : "";
  };
  const auto lines = lines_of(render_github(failing_analysis(), options));
  EXPECT_TRUE(
      lines[0].starts_with("::error file=app/monitor%2Ca.go,line=42,title=leakrig s%3A v0 threads::Threads: "
                           "expected stable, is leak"))
      << lines[0];
}

TEST(GitHub, KeepsToTheNumberOfAnnotationsThatIsShown) {
  const auto lines = lines_of(render_github(failing_analysis(12), {}));
  EXPECT_EQ(lines.size(), github_limit::kAnnotations);
  EXPECT_NE(lines.back().find("more: see the job summary"), std::string::npos);
}

TEST(GitHub, SaysOneThingWhenAllIsWell) {
  EXPECT_EQ(render_github(task3_analysis(), {}), "::notice title=leakrig task3::every expectation held\n");
}

TEST(GitHub, WarnsOfWhatIsInconclusive) {
  EXPECT_TRUE(render_github(undecided_analysis(), {}).starts_with("::warning "));
}

TEST(GitHub, SummaryFitsIntoTheRoomThereIs) {
  const Analysis analysis = failing_analysis(8);
  const std::string whole = github_summary(analysis);
  EXPECT_EQ(whole, render_markdown(analysis, {}));
  for (const std::size_t room :
       {whole.size() - 1, whole.size() / 4, std::size_t{600}, std::size_t{100}, std::size_t{10}}) {
    const std::string cut = github_summary(analysis, room);
    EXPECT_LE(cut.size(), room);
    EXPECT_EQ(cut.empty(), room < 60) << room;
  }
  EXPECT_NE(github_summary(analysis, whole.size() - 1).find("| `v7` | Threads |"), std::string::npos);
}

/// Every text format: nothing that a terminal, a browser or a spreadsheet would act on.
TEST(HostileNames, AreInertInEveryFormat) {
  const Analysis analysis = analyze(hostile_record());
  for (const auto& format : report_formats()) {
    const std::string page = format.render(analysis, {});
    SCOPED_TRACE(format.name);
    for (const char c : page) {
      const auto byte = static_cast<unsigned char>(c);
      ASSERT_TRUE(byte >= 0x20 || c == '\n' || c == '\r' || c == '\t') << "control character " << int{byte};
      ASSERT_NE(byte, 0x7f);
    }
    EXPECT_EQ(page.find("\xc2\x9b"), std::string::npos) << "C1";
    EXPECT_EQ(page.find("\xe2\x80\xae"), std::string::npos) << "bidirectional override";
    EXPECT_EQ(page.find("\xff"), std::string::npos) << "not UTF-8";
    if (std::string{format.name} != "json") {
      EXPECT_EQ(page.find(std::string(600, 'x')), std::string::npos) << "a name of 4 KB";
    }
  }
}

TEST(HostileNames, MakeNoMarkupInMarkdown) {
  const std::string page = render_markdown(analyze(hostile_record()), {});
  // Outside code spans there is no tag, no image and no second headline.
  std::string outside;
  bool in_code = false;
  for (const char c : page) {
    if (c == '`') in_code = !in_code;
    if (c == '\n') in_code = false;
    if (!in_code) outside += c;
  }
  EXPECT_EQ(outside.find("<script"), std::string::npos);
  EXPECT_EQ(outside.find("<svg"), std::string::npos);
  EXPECT_EQ(outside.find("<img"), std::string::npos);
  EXPECT_EQ(outside.find("![x]("), std::string::npos);
  EXPECT_EQ(page.find("\n# headline"), std::string::npos);
  EXPECT_EQ(page.find("\n# x"), std::string::npos);
}

TEST(HostileNames, MakeNoElementInJUnit) {
  const std::string page = render_junit(analyze(hostile_record()), {});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  pugi::xml_document document;
  EXPECT_TRUE(document.load_string(page.c_str()));
}

TEST(HostileNames, MakeNoFormulaAndNoRowInCsv) {
  RunRecord record = hostile_record();
  Analysis analysis = analyze(record);
  const VariantAnalysis first = analysis.variants[0];
  for (const auto& name : hostile_names()) {
    analysis.variants.push_back(first);
    analysis.variants.back().name = name;
  }
  const auto lines = lines_of(render_csv(analysis, {}));
  EXPECT_EQ(lines.size(), 1 + (hostile_names().size() + 1) * first.metrics.size());
  for (const auto& line : lines) {
    for (const char* formula : {",\"=", ",\"+", ",\"-", ",\"@", ",=", ",@", ",+"})
      EXPECT_EQ(line.find(formula), std::string::npos) << line;
  }
}

TEST(HostileNames, MakeNoWorkflowCommandOfTheirOwn) {
  Analysis analysis = analyze(hostile_record());
  const VariantAnalysis first = analysis.variants[0];
  for (const auto& name : hostile_names()) {
    analysis.variants.push_back(first);
    analysis.variants.back().name = name;
  }
  for (const auto& line : lines_of(render_github(analysis, {}))) {
    EXPECT_TRUE(line.starts_with("::error title=leakrig")) << line;
  }
}

TEST(HostileNames, MakeNoSampleOfTheirOwnInOpenMetrics) {
  Analysis analysis = analyze(hostile_record());
  for (const auto& name : hostile_names()) {
    analysis.variants.push_back(analysis.variants[0]);
    analysis.variants.back().name = name;
  }
  const auto lines = lines_of(render_openmetrics(analysis, {}));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), "# EOF"), 1);
  for (const auto& line : lines) EXPECT_TRUE(line.starts_with("leakrig_") || line.starts_with("# ")) << line;
}

}  // namespace
}  // namespace leakrig
