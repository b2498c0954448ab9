#include <cstdio>
#include <string>

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

}  // namespace

/// Writes a page for the browser tests to standard output: task3, many or hostile.
int main(int argc, char** argv) {
  const std::string which = argc > 1 ? argv[1] : "";
  const Analysis analysis = which == "many"      ? many_variants()
                            : which == "hostile" ? analyze(hostile_record())
                                                 : task3_analysis();
  const std::string page = render_html(analysis, {});
  return std::fwrite(page.data(), 1, page.size(), stdout) == page.size() ? 0 : 1;
}
