#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "harness/analysis/analyze.h"
#include "harness/core/run_record.h"
#include "harness/report/history_page.h"
#include "harness/report/report.h"
#include "tests/support/analysis_builder.h"
#include "tests/support/hostile.h"

using namespace leakrig;

namespace {

Analysis many_variants() {
  RunRecord record;
  record.scenario = {{"name", "many"}, {"title", "Forty variants"}};
  for (int i = 0; i < 40; ++i) {
    auto variant = VariantBuilder("variant-" + std::to_string(i))
                       .threads(100, i % 4 == 0 ? 0 : i, 30)
                       .streams(2, i % 2 == 0 ? 0 : 10, 1800)
                       .build();
    for (std::size_t n = 0; n < variant.ledger.size(); ++n)
      variant.ledger[n].container = "container-" + std::to_string(n % 60);
    record.variants.push_back(std::move(variant));
  }
  return analyze(record);
}

/// What `leakrig history --json` prints: two series with hostile names, one of which changes.
nlohmann::json history() {
  nlohmann::json data{
      {"schema", "leakrig/history/1"}, {"scenario", hostile_names()[0]}, {"series", nlohmann::json::array()}};
  for (const char* metric : {"threads", "<img src=x onerror=alert(1)>"}) {
    nlohmann::json series{
        {"variant", hostile_names()[1]}, {"metric", metric}, {"unit", "threads"}, {"tolerance_per_min", 2}};
    for (int i = 0; i < 12; ++i) {
      const double rate = i < 7 ? 0.1 : 32.0;
      series["points"].push_back({{"run", i},
                                  {"commit", "abcdef" + std::to_string(i)},
                                  {"dirty", i == 3},
                                  {"branch", hostile_names()[2]},
                                  {"date", "2025-11-06"},
                                  {"recorded_at", "2025-11-06T10:00:00Z"},
                                  {"rate_per_min", rate},
                                  {"ci", {rate - 0.3, rate + 0.3}},
                                  {"verdict", i < 7 ? "stable" : "leak"}});
    }
    series["changes"] = {{{"at", 7},
                          {"commit", "abcdef7"},
                          {"before_per_min", 0.1},
                          {"after_per_min", 32},
                          {"p", 0},
                          {"text", "changed at abcdef7: 0.1 to 32.0/min"}}};
    data["series"].push_back(series);
  }
  return data;
}

}  // namespace

/// Writes a page for the browser tests to standard output: task3, many, hostile or history.
int main(int argc, char** argv) {
  const std::string which = argc > 1 ? argv[1] : "";
  if (which == "history") {
    std::fputs(history_page(history()).c_str(), stdout);
    return 0;
  }
  const Analysis analysis = which == "many"      ? many_variants()
                            : which == "hostile" ? analyze(hostile_record())
                                                 : task3_analysis();
  const std::string page = render_html(analysis, {});
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
