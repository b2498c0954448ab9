#include "harness/report/isolation.h"

#include <gtest/gtest.h>

#include "harness/report/sentences.h"

namespace leakrig {
namespace {

SwitchFinding switched(const char* name, const char* kind, Effect effect, double after) {
  SwitchFinding finding;
  finding.name = name;
  finding.kind = kind;
  finding.about = std::string{"switches "} + name;
  finding.blames = std::string{name} + " is to blame";
  finding.effect = effect;
  finding.changes = {{"threads", 32, after, after - 32, after - 33, after - 31, effect}};
  return finding;
}

Isolation isolation() {
  Isolation isolation;
  isolation.scenario = "s";
  isolation.reference = "reference";
  isolation.targets = {"threads"};
  isolation.switches = {switched("keep-alives", "transport", Effect::ineffective, 32),
                        switched("close", "defect", Effect::effective, 0)};
  isolation.cause = "close";
  return isolation;
}

TEST(IsolationReport, LeadsWithTheCause) {
  EXPECT_TRUE(render_isolation_console(isolation(), false).starts_with("CAUSE  close is to blame.\n"));
  const std::string markdown = render_isolation_markdown(isolation());
  EXPECT_NE(markdown.find("**Cause**: close is to blame."), std::string::npos);
  EXPECT_NE(markdown.find("| `close` | defect | **cause** | threads 32.0 → 0.0/min |"), std::string::npos) << markdown;
}

TEST(IsolationReport, SaysWhereNoneWasFoundAndWhatWouldDecide) {
  Isolation none = isolation();
  none.cause.clear();
  none.switches[1].effect = Effect::open;
  none.next = {"leakrig isolate s --only close --set /sampling/duration=10m"};
  EXPECT_TRUE(render_isolation_console(none, false).starts_with("NO CAUSE  Not found"));
  EXPECT_NE(render_isolation_markdown(none).find("leakrig isolate s --only close"), std::string::npos);
}

TEST(IsolationReport, OfNothingThatLeaksIsOneSentence) {
  Isolation nothing = isolation();
  nothing.targets.clear();
  nothing.cause.clear();
  EXPECT_EQ(isolation_headline(nothing), "NO CAUSE  Nothing to isolate: in reference no judged metric leaks.");
  EXPECT_EQ(render_isolation_markdown(nothing).find("| Switch"), std::string::npos);
}

TEST(IsolationReport, ASwitchThatStarvesIsHarmfulInWords) {
  Isolation starving = isolation();
  starving.switches[1].effect = Effect::harmful;
  starving.switches[1].starves = true;
  starving.switches[1].lost_share = 0.5;
  starving.cause.clear();
  EXPECT_NE(render_isolation_markdown(starving).find("50 % of the lines are lost"), std::string::npos);
  EXPECT_EQ(switch_note(isolation().switches[1]), "") << "the clean twin has nothing to say";
}

}  // namespace
}  // namespace leakrig
