#include "harness/probe/metrics_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "harness/core/error.h"

namespace leakrig {
namespace {

/// "name{labels}=value" of each series.
std::vector<std::string> series_of(std::string_view text) {
  std::vector<std::string> out;
  parse_metrics(text, [&](const MetricSeries& series) {
    out.push_back(std::string{series.name} + format_labels(series.labels) + "=" +
                  std::to_string(series.value));
  });
  return out;
}

std::string refusal(std::string_view text) {
  try {
    series_of(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(MetricsText, PrometheusSeriesWithLabelsEscapesAndTimeStamps) {
  EXPECT_EQ(
      series_of("# HELP go_goroutines Number of goroutines.\n# TYPE go_goroutines gauge\n"
                "go_goroutines 42\n"
                "conns{state=\"idle\", host=\"a\\\"b\\\\c\\nd\",} 3.5e1 1700000000000\n"
                "neg{} -1\r\n\n"),
      (std::vector<std::string>{"go_goroutines{}=42.000000",
                                "conns{host=\"a\"b\\c\nd\",state=\"idle\"}=35.000000", "neg{}=-1.000000"}));
}

TEST(MetricsText, OpenMetricsExemplarsAndEof) {
  EXPECT_EQ(series_of("# TYPE foo counter\nfoo_total 17.0 1520879607.789 # {trace_id=\"x\"} 1.0\n"
                      "foo_bucket{le=\"+Inf\"} 4 # {id=\"y\"} 9\n# EOF\n"),
            (std::vector<std::string>{"foo_total{}=17.000000", "foo_bucket{le=\"+Inf\"}=4.000000"}));
}

TEST(MetricsText, SpecialValues) {
  std::vector<double> values;
  parse_metrics("a NaN\nb +Inf\nc -Inf\nd 1e999\n",
                [&](const MetricSeries& s) { values.push_back(s.value); });
  ASSERT_EQ(values.size(), 4U);
  EXPECT_TRUE(std::isnan(values[0]));
  EXPECT_TRUE(std::isinf(values[1]));
  EXPECT_TRUE(std::isinf(values[2]));
  EXPECT_TRUE(std::isnan(values[3]));
}

TEST(MetricsText, TheFirstWrongLineIsNamed) {
  EXPECT_EQ(refusal("\n<html>\x01</html>\n"),
            "not Prometheus or OpenMetrics text: line 2 is \"<html>?</html>\"");
  const auto skipped = parse_metrics("a 1\n<html>\nb 2\nc\n", [](const MetricSeries&) {});
  EXPECT_EQ(skipped.count, 2U);
  EXPECT_EQ(skipped.first, "line 2 is \"<html>\"");
  for (const char* text :
       {"a", "a{", "a{b", "a{b=", "a{b=\"", "a{b=\"c", "a{b=\"c\"", "a{b=\"c\\", "a{b=\"c\"}", "a x", "a 1 x",
        "a 1 2 3", "a{b=\"c\" d=\"e\"} 1", "1a 1", "{} 1", "a 1x", "a{=\"c\"} 1"}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(MetricsText, ALineCutShortAnywhereIsRefusedOrAnotherNumberNeverACrash) {
  const std::string whole = "conns{state=\"idle\",host=\"a\\nb\"} 35 1700";
  for (std::size_t length = 1; length < whole.find("35"); ++length) {
    EXPECT_NE(refusal(whole.substr(0, length)), "") << length;
  }
}

TEST(MetricSelector, MatchesTheNameAndAtLeastItsLabels) {
  const auto selector = parse_metric_selector("conns{state=\"idle\"}");
  ASSERT_TRUE(selector);
  EXPECT_TRUE(selector->matches({"conns", {{"state", "idle"}, {"host", "a"}}, 1}));
  EXPECT_FALSE(selector->matches({"conns", {{"state", "open"}}, 1}));
  EXPECT_FALSE(selector->matches({"conns", {}, 1}));
  EXPECT_FALSE(selector->matches({"conns_total", {{"state", "idle"}}, 1}));
  EXPECT_TRUE(parse_metric_selector("go_goroutines")->matches({"go_goroutines", {}, 1}));
  for (const char* text : {"", "a b", "a{", "a{b}", "a{b=\"c\"} x", "9a"}) {
    EXPECT_FALSE(parse_metric_selector(text)) << text;
  }
}

}  // namespace
}  // namespace leakrig
