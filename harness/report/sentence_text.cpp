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
      fmt::format("of {} new {}, {} ({}) grow in step with {} more open {} request{}", whole(leak.whole),
                  metric_noun(leak.lead.metric), whole(open.explained), fmt::join(groups, ", "),
                  whole(open.more_open), code(open.request), open.more_open == 1 ? "" : "s");
  if (open.superseded > 0)
    text += fmt::format(
        "; at the end {} of {} open were superseded by a newer one of the same container, the oldest {} old",
        whole(static_cast<double>(open.superseded)), whole(static_cast<double>(open.open)),
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
    evidence.push_back(fmt::format("of {} new {}: {}", whole(leak.whole), metric_noun(leak.lead.metric),
                                   fmt::join(parts, ", ")));
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

std::string estimate_text(const finding::Growing& growth) {
  if (!growth.estimated) return "no estimate";
  const Quantity quantity = growth.quantity;
  const auto unit = words::unit_of(growth);
  const auto number = [&](double per_min) { return rate_number_text(quantity, per_min * unit.minutes); };
  return fmt::format("{}{} ({} {} to {})", number(growth.rate_per_min), unit.suffix,
                     percent_text(growth.level), number(growth.low), number(growth.high));
}

std::string isolation_answer(const Isolation& isolation) {
  if (isolation.targets.empty())
    return fmt::format("Nothing to isolate: in {} no judged metric leaks.", code(isolation.reference));
  const auto* cause = isolation.find(isolation.cause);
  if (cause == nullptr)
    return "Not found: no switch and no combination of switches that was tried stops the growth.";
  if (cause->kind == "combination")
    return fmt::format("More than one, none of which alone stops it: {}.", cause->blames);
  if (cause->kind == "component")
    return fmt::format(
        "Somewhere in {}: without it the growth stops, and no option that was tried inside it does that.",
        code(cause->blames));
  return cause->blames + ".";
}

std::string isolation_headline(const Isolation& isolation) {
  const bool found = isolation.find(isolation.cause) != nullptr;
  return (found ? "CAUSE  " : "NO CAUSE  ") + plain_text(isolation_answer(isolation));
}

std::string switch_note(const SwitchFinding& finding) {
  if (!finding.failure.empty()) return inline_text(finding.failure);
  if (!finding.grows_instead.empty())
    return fmt::format("{} grow by {}, which they do not without it", metric_noun(finding.grows_instead),
                       rate_text(metric_info(finding.grows_instead).quantity, finding.grows_instead_per_min));
  if (finding.starves) return fmt::format("{:.0f} % of the lines are lost", finding.lost_share * 100);
  return "";
}

std::string chance_text(double probability) {
  constexpr double kLeast = 0.001;
  if (probability < kLeast) return "< 0.1 %";
  if (probability > 1 - kLeast) return "> 99.9 %";
  return fmt::format("{:.{}f} %", probability * 100, probability < 0.1 || probability > 0.9 ? 1 : 0);
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
