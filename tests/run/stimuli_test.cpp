#include "harness/run/stimuli/stimulus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/core/error.h"

namespace leakrig {
namespace {

std::vector<std::string> names_of(const std::vector<Stimulus>& stimuli) {
  std::vector<std::string> names;
  for (const auto& each : stimuli) names.emplace_back(each.name);
  return names;
}

TEST(Catalogue, EveryStimulusHasANameOfItsOwnAndAllThatItsRowNeeds) {
  std::set<std::string_view> names;
  for (const auto& each : catalogue()) {
    EXPECT_TRUE(names.insert(each.name).second) << each.name;
    EXPECT_FALSE(each.family.empty()) << each.name;
    EXPECT_FALSE(each.event.empty()) << each.name;
    EXPECT_NE(each.begin, nullptr) << each.name;
    EXPECT_EQ(each.over == Over::at_once, each.hold == Nanos{0}) << each.name;
  }
}

TEST(Catalogue, TheTwinIsFirst) {
  EXPECT_EQ(catalogue().front().name, kTwin);
}

TEST(ChosenStimuli, AreAllWithoutAChoice) {
  EXPECT_EQ(chosen_stimuli({}, {}).size(), catalogue().size());
}

TEST(ChosenStimuli, OfANameOrAFamilyComeWithTheTwin) {
  EXPECT_EQ(names_of(chosen_stimuli({"logs-404"}, {})), (std::vector<std::string>{"time", "logs-404"}));
  const auto events = names_of(chosen_stimuli({"events"}, {"events-flood"}));
  EXPECT_EQ(events, (std::vector<std::string>{"time", "events-break", "events-end"}));
}

TEST(ChosenStimuli, TheTwinCannotBeSkipped) {
  EXPECT_EQ(names_of(chosen_stimuli({"time"}, {"time"})), (std::vector<std::string>{"time"}));
}

TEST(ChosenStimuli, AnUnknownNameIsRefused) {
  EXPECT_THROW(chosen_stimuli({"no-such"}, {}), UsageError);
  EXPECT_THROW(chosen_stimuli({}, {"no-such"}), UsageError);
}

}  // namespace
}  // namespace leakrig
