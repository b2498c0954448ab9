#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/core/units.h"
#include "harness/report/connection_words.h"
#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

constexpr std::size_t kLongestSentence = 4000;

std::string whole(double value) {
  return with_thousands(std::llround(value));
}

/// The same option changed in the same way in several places is one phrase.
struct SameChange {
  std::string option, before, after;
  std::vector<std::string> places;
};

/// "docker" of "/subject/collector/docker/transport/disable_keep_alives".
std::string place_of(const std::string& option) {
  std::string place = option.substr(0, option.rfind('/'));
  for (const char* prefix : {"/subject/collector", "/subject"}) {
    if (place.starts_with(prefix)) place = place.substr(std::string_view{prefix}.size());
  }
  if (const auto end = place.find('/', 1); end != std::string::npos) place = place.substr(0, end);
  return place.starts_with('/') ? place.substr(1) : place;
}

std::string open_requests(const finding::Leak& leak) {
  const auto& open = *leak.requests;
  std::vector<std::string> groups;
  for (const auto& group : open.groups) groups.push_back(code(group, 200));
  std::string text =
      fmt::format("of {}, {} ({}) grow in step with {} more open {} request{}", words::new_ones(leak),
                  whole(open.explained), fmt::join(groups, ", "), whole(open.more_open), code(open.request),
                  open.more_open == 1 ? "" : "s");
  if (open.superseded > 0)
    text += fmt::format(
        "; at the end {} of {} open {} superseded by {}, the oldest {} old",
        whole(static_cast<double>(open.superseded)), whole(static_cast<double>(open.open)),
        open.superseded == 1 ? "was" : "were", words::newer_one(open.request),
        humanize_duration(from_seconds(open.oldest_s)));
  return text;
}

}  // namespace

std::vector<std::string> evidence_of(const finding::Leak& leak) {
  std::vector<std::string> evidence;
  // Idle connections are the cause; requests that stay open are told with what superseded them.
  const bool connections_tell =
      leak.connections && (!leak.requests || leak.connections->groups.front().is_idle);
  if (connections_tell) evidence.push_back(words::connections(leak));
  if (leak.opener) evidence.push_back(words::opener(leak));
  if (leak.requests) evidence.push_back(open_requests(leak));
  if (!leak.requests && !leak.groups.empty() && !connections_tell) {
    std::vector<std::string> parts;
    for (const auto& group : leak.groups)
      parts.push_back(fmt::format("{} {}", whole(group.growth), code(group.name, 200)));
    evidence.push_back(fmt::format("of {}: {}", words::new_ones(leak), fmt::join(parts, ", ")));
  }
  if (const auto blocked = words::blocked(leak); !blocked.empty()) evidence.push_back(blocked);
  if (leak.remaining)
    evidence.push_back(
        fmt::format("with the fleet stopped there were still {} more than at T+0", whole(*leak.remaining)));
  return evidence;
}

std::string changes_phrase(const std::vector<Change>& changes) {
  std::vector<SameChange> groups;
  for (const auto& change : changes) {
    const std::string option = change.option.substr(change.option.rfind('/') + 1);
    const auto same = std::find_if(groups.begin(), groups.end(), [&](const SameChange& g) {
      return g.option == option && g.before == change.before && g.after == change.after;
    });
    if (same == groups.end()) {
      groups.push_back({option, change.before, change.after, {place_of(change.option)}});
    } else {
      same->places.push_back(place_of(change.option));
    }
  }
  std::vector<std::string> phrases;
  for (auto& group : groups) {
    std::erase(group.places, "");
    phrases.push_back(
        fmt::format("{} {} → {}{}", code(group.option), inline_text(group.before), inline_text(group.after),
                    group.places.empty() ? "" : fmt::format(" ({})", fmt::join(group.places, ", "))));
  }
  return fmt::format("{}", fmt::join(phrases, ", "));
}

std::string plain_text(const std::string& sentence) {
  std::string out;
  bool in_code = false;
  for (std::size_t i = 0; i < sentence.size(); ++i) {
    if (sentence[i] == '`') {
      in_code = !in_code;
    } else if (!in_code && sentence.compare(i, 2, "**") == 0) {
      ++i;
    } else if (!in_code && sentence[i] == '\\' && i + 1 < sentence.size()) {
      out += sentence[++i];
    } else {
      out += sentence[i];
    }
  }
  return printable(out, kLongestSentence);
}

}  // namespace leakrig
