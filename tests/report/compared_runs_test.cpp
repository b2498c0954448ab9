#include "harness/report/side_by_side.h"

#include <gtest/gtest.h>

#include "harness/analysis/analyze.h"
#include "harness/analysis/compared_wires.h"
#include "harness/report/result_json.h"
#include "tests/support/ledger_builder.h"
#include "tests/support/record_builder.h"

namespace leakrig {
namespace {

/// A client for each call, every 4 s, that stays idle or is told to close; and a run of it alone.
RecordedResult run_of(const char* source, const char* name, double threads_per_min, bool asks_to_close,
                      const char* patch, bool with_ledger = true) {
  LedgerBuilder ledger;
  for (double t = -58; t < 300; t += 4) {
    const auto connection = ledger.open(t);
    ledger.request(t, connection, "GET /info", "", 200, asks_to_close);
    if (asks_to_close) ledger.close(t + 0.1, connection);
  }
  RunRecord record;
  record.scenario = nlohmann::json::parse(R"({"name":"s","fleet":{"containers":8}})");
  record.scenario["variants"][name] = nlohmann::json::parse(patch);
  record.variants.push_back(VariantBuilder(name).threads(100, threads_per_min).delivered(1000, 0).build());
  if (with_ledger) record.variants.front().ledger = ledger.entries();
  const Analysis analysis = analyze(record);
  return recorded_result(source, analysis, result_json(analysis));
}

constexpr const char* kUnused =
    R"({"subject": {"collector": {"docker": {"unused_transport": {"disable_keep_alives": true}}}}})";

std::string compared(const std::vector<RecordedResult>& results) {
  return render_side_by_side_markdown(side_by_side(results, "threads", ""));
}

TEST(ComparedRuns, CallsASwitchInertOnlyFromWhatTheServersSawInBothRuns) {
  const auto before = run_of("monday", "before", 30, false, "{}");
  const auto unused = compared({before, run_of("tuesday", "unused", 30, false, kUnused)});
  EXPECT_NE(unused.find("| **inert** |"), std::string::npos) << unused;
  EXPECT_NE(unused.find("`unused` is **inert**: nothing that Docker can see changed"), std::string::npos)
      << unused;
  EXPECT_NE(unused.find("does not reach the client that talks to Docker"), std::string::npos) << unused;
  // The servers saw the switch: it is a cure that failed.
  const auto used = compared({before, run_of("tuesday", "used", 30, true, kUnused)});
  EXPECT_EQ(used.find("inert"), std::string::npos) << used;
  EXPECT_NE(used.find("| **identical** |"), std::string::npos) << used;
  EXPECT_NE(used.find("Docker sees requests that ask to close 0 % → 100 %"), std::string::npos) << used;
}

TEST(ComparedRuns, NothingIsInertWhereNothingWasSwitchedOrSeen) {
  const auto before = run_of("monday", "before", 30, false, "{}");
  EXPECT_EQ(compared({before, run_of("tuesday", "again", 30, false, "{}")}).find("inert"), std::string::npos);
  EXPECT_EQ(compared({before, run_of("tuesday", "blind", 30, false, kUnused, false)}).find("inert"),
            std::string::npos);
  EXPECT_EQ(compared({before, run_of("tuesday", "cured", 0, false, kUnused)}).find("inert"),
            std::string::npos);
  auto file = run_of("tuesday.json", "file", 30, false, kUnused);
  file.seen.clear();
  const auto unseen = compared({before, file});
  EXPECT_EQ(unseen.find("inert"), std::string::npos);
  EXPECT_NE(unseen.find("what the servers saw of tuesday.json is not compared"), std::string::npos) << unseen;
}

}  // namespace
}  // namespace leakrig
