#include "harness/core/metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace leakrig {
namespace {

TEST(Metrics, TheCatalogueHasEachNameAndRankOnceAndStandsByRank) {
  std::set<std::string> names;
  std::set<int> ranks;
  for (const auto& row : metric_catalogue()) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(ranks.insert(row.rank).second) << row.rank;
    EXPECT_FALSE(row.title.empty() || row.singular.empty() || row.plural.empty()) << row.name;
    if (row.group_kind.empty()) continue;
    EXPECT_EQ(metric_of_group(row.group_kind), row.name);
  }
  EXPECT_TRUE(std::is_sorted(metric_catalogue().begin(), metric_catalogue().end(),
                             [](const auto& a, const auto& b) { return a.rank < b.rank; }));
}

TEST(Metrics, OfAProbeAreJudgedAndNamedAsTheProbeDoes) {
  const MetricInfo own = metric_info("http_open");
  EXPECT_EQ(own.title, "http_open");
  EXPECT_EQ(own.judged, Judged::always);
  EXPECT_EQ(own.unit(), "http_open");
  const MetricInfo heap = metric_info("heap_bytes");
  EXPECT_TRUE(heap.is_bytes());
  EXPECT_EQ(heap.judged, Judged::on_request);
  EXPECT_LT(own.rank, metric_info(metric::kRssBytes).rank);
  EXPECT_GT(own.rank, metric_info(metric::kFds).rank);
}

TEST(Metrics, GroupsMakeUpTheirMetricAndEvidenceNone) {
  EXPECT_EQ(metric_of_group("fd"), "fds");
  EXPECT_EQ(metric_of_group("process"), "processes");
  EXPECT_EQ(metric_of_group("goroutineleak"), "");
  EXPECT_EQ(metric_of_group(""), "");
}

TEST(Metrics, ValuesRatesAndTolerancesAreSaidInTheirUnit) {
  EXPECT_EQ(amount_text(Quantity::count, 1234), "1,234");
  EXPECT_EQ(amount_text(Quantity::count, 2.5), "2.50");
  EXPECT_EQ(amount_text(Quantity::bytes, 60083405), "57.3 MiB");
  EXPECT_EQ(signed_amount_text(Quantity::count, -4), "-4");
  EXPECT_EQ(signed_amount_text(Quantity::count, 0), "+0");
  EXPECT_EQ(rate_text(Quantity::count, 32.04), "32.0/min");
  EXPECT_EQ(rate_text(Quantity::count, -0.01), "0.0/min");
  EXPECT_EQ(rate_number_text(Quantity::bytes, 8493466), "8.1 MiB");
  EXPECT_EQ(tolerance_text(Quantity::count, 2), "2/min");
  EXPECT_EQ(tolerance_text(Quantity::bytes, 1 << 20), "1 MiB/min");
  EXPECT_EQ(tolerance_text(Quantity::bytes, 1.5 * (1 << 20)), "1.5 MiB/min");
  EXPECT_EQ(counted_text(metric_info("sockets"), 1), "1 socket");
  EXPECT_EQ(counted_text(metric_info("goroutines"), 119), "119 goroutines");
  EXPECT_EQ(counted_text(metric_info("rss_bytes"), 60083405), "57.3 MiB of resident memory");
  EXPECT_EQ(quantity_of_unit("bytes"), Quantity::bytes);
  EXPECT_EQ(quantity_of_unit("threads"), Quantity::count);
}

TEST(Metrics, HugeAmountsAreToldByTheirSize) {
  EXPECT_EQ(amount_text(Quantity::count, 1e308), "1e+308");
  EXPECT_EQ(rate_text(Quantity::count, -1e300), "-1e+300/min");
  EXPECT_EQ(amount_text(Quantity::bytes, 1e300), "9.09e+287 TiB");
}

}  // namespace
}  // namespace leakrig
