#include "harness/core/run_record.h"
#include "harness/watch/per_thousand.h"

#include <gtest/gtest.h>

#include "harness/core/sample.h"

namespace leakrig {
namespace {

/// A reading a second: a socket stays of every fourth request, and the load pauses in between.
VariantRecord every_fourth_request_leaks() {
  VariantRecord record;
  double requests = 0;
  for (int second = 0; second < 60; ++second) {
    if (second % 10 < 7) requests += 100;
    Sample sample;
    sample.t_s = sample.due_s = second;
    sample.values = {{"sockets", 10 + requests / 4}, {"load_count", requests}};
    record.samples.push_back(sample);
  }
  return record;
}

TEST(PerThousand, IsTheGrowthOverTheCounterAndNotOverTime) {
  VariantAnalysis watched;
  watched.metrics.resize(2);
  watched.metrics[0].name = "sockets";
  watched.metrics[1].name = "rss_bytes";
  watched.metrics[1].judged = false;
  const auto rates = growth_per_thousand(every_fourth_request_leaks(), watched);
  ASSERT_EQ(rates.size(), 1U);
  EXPECT_EQ(rates[0].metric, "sockets");
  EXPECT_NEAR(rates[0].rate, 250, 1);
}

TEST(PerThousand, NothingWhereNothingWasCounted) {
  VariantRecord record = every_fourth_request_leaks();
  for (auto& sample : record.samples) sample.values.erase("load_count");
  VariantAnalysis watched;
  watched.metrics.resize(1);
  watched.metrics[0].name = "sockets";
  EXPECT_TRUE(growth_per_thousand(record, watched).empty());
}

}  // namespace
}  // namespace leakrig
