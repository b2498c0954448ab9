#include "harness/report/configuration.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/report/format.h"

namespace leakrig {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::vector<Change> changes_of(const Analysis& analysis, const std::string& variant) {
  const json variants = analysis.scenario.value("variants", json::object());
  if (!variants.contains(variant)) return {};
  std::vector<Change> changes;
  const json leaves = variants.at(variant).flatten();
  for (const auto& [pointer, value] : leaves.items()) {
    if (pointer.empty()) continue;  // an empty patch
    const json::json_pointer place{pointer};
    const bool set = analysis.scenario.contains(place);
    changes.push_back({pointer, set ? text_of(analysis.scenario.at(place)) : "not set", text_of(value)});
  }
  return changes;
}

std::string changes_phrase(const std::vector<Change>& changes) {
  // The same option changed in the same way in several places is one phrase.
  struct Group {
    std::string option, before, after;
    std::vector<std::string> places;
  };
  std::vector<Group> groups;
  for (const auto& change : changes) {
    const auto slash = change.option.rfind('/');
    const std::string option = change.option.substr(slash + 1);
    std::string place = change.option.substr(0, slash);
    for (const char* prefix : {"/subject/collector", "/subject"}) {
      if (place.starts_with(prefix)) place = place.substr(std::string_view{prefix}.size());
    }
    if (const auto end = place.find('/', 1); end != std::string::npos) place = place.substr(0, end);
    if (place.starts_with('/')) place = place.substr(1);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const Group& g) {
      return g.option == option && g.before == change.before && g.after == change.after;
    });
    if (same == groups.end()) {
      groups.push_back({option, change.before, change.after, {place}});
    } else {
      same->places.push_back(place);
    }
  }
  std::vector<std::string> phrases;
  for (const auto& group : groups) {
    std::vector<std::string> places;
    for (const auto& place : group.places) {
      if (!place.empty()) places.push_back(place);
    }
    phrases.push_back(fmt::format("{} {} → {}{}", code(group.option), group.before, group.after,
                                  places.empty() ? "" : fmt::format(" ({})", fmt::join(places, ", "))));
  }
  return fmt::format("{}", fmt::join(phrases, ", "));
}

}  // namespace leakrig
