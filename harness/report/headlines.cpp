#include "harness/report/headlines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"
#include "harness/report/wrap_text.h"

namespace leakrig {
namespace {

/// Of a name in a first line.
constexpr std::size_t kNameInLine = 80;

std::string capitals(Standing standing) {
  std::string text = to_string(standing);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

}  // namespace

std::string paragraph(const std::string& text, std::size_t width) {
  std::string out;
  std::vector<std::string> lines;
  wrap_text(text, width, lines);
  for (const auto& line : lines) out += line + "\n";
  return out;
}

std::string headline(const SideBySide& table) {
  const Quantity quantity = quantity_of_unit(table.unit);
  const std::string noun = plain_text(metric_noun(table.metric));
  const auto rate = [&](const SideBySideRow& row) { return rate_text(quantity, row.growth.rate_per_min); };
  const SideBySideRow* lead = table.lead();
  const SideBySideRow& reference = table.rows.front();
  if (lead == nullptr)
    return fmt::format("ALONE  {}: {}, {} {}; there is nothing to compare it with",
                       printable(reference.label, kNameInLine), printable(reference.verdict), noun,
                       rate(reference));
  const auto alike = std::count_if(table.rows.begin(), table.rows.end(), [&](const SideBySideRow& row) {
    return !row.is_reference && row.standing == lead->standing;
  });
  std::string text = capitals(lead->standing) + "  ";
  if (lead->standing == Standing::not_compared)
    return text + fmt::format("{}: {}", printable(lead->label, kNameInLine), printable(lead->verdict));
  const auto& d = lead->difference;
  text += fmt::format("{} of {} {}, of {} {}: a difference of {} ({} {} to {})", noun,
                      printable(lead->label, kNameInLine), rate(*lead),
                      printable(reference.label, kNameInLine), rate(reference),
                      plain_text(words::signed_rate(quantity, d.difference_per_min)), percent_text(d.confidence),
                      words::signed_number(quantity, d.ci_low), words::signed_number(quantity, d.ci_high));
  if (lead->standing == Standing::starved && lead->lines_written > 0)
    text += fmt::format("; {} of the lines were lost", share_text(lead->lost_share(), 1));
  if (alike > 1) text += fmt::format("; {} of {} are {}", alike, table.rows.size() - 1, to_string(lead->standing));
  return text;
}

std::string change_text(Quantity quantity, const RateChange& change) {
  return fmt::format("changed at {} ({}{}{}): {} to {}/min, {}", printable(change.commit),
                     printable(change.branch, 60), change.branch.empty() ? "" : ", ", change.date,
                     rate_number_text(quantity, change.before), rate_number_text(quantity, change.after),
                     p_text(change.p));
}

std::string headline(const std::vector<RateHistory>& histories) {
  const auto* lead = leading_history(histories);
  if (lead == nullptr || lead->results == 0) return "NOTHING  no result is recorded";
  std::string word = to_string(lead->newest);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  std::string text = fmt::format("{}  {} of {}: {} in the newest of {}", word,
                                 plain_text(metric_noun(lead->metric)), printable(lead->variant, kNameInLine),
                                 rate_text(lead->quantity, lead->rate_per_min),
                                 counted(static_cast<double>(lead->results), "result"));
  if (!lead->changes.empty()) return text + "; " + change_text(lead->quantity, lead->changes.back());
  return text + (lead->results > 1 ? "; no change of the rate was found" : "");
}

std::string headline_of_scenarios(const std::vector<std::string>& failed, std::size_t scenarios) {
  if (scenarios == 0) return "NOTHING  no result is recorded";
  if (failed.empty())
    return fmt::format("PASSED  the newest result of {}",
                       scenarios == 1 ? "the one scenario" : fmt::format("each of {} scenarios", scenarios));
  constexpr std::size_t kMost = 5;
  std::vector<std::string> names;
  for (const auto& name : failed) {
    if (names.size() == kMost) {
      names.push_back(fmt::format("{} more", failed.size() - kMost));
      break;
    }
    names.push_back(printable(name, kNameInLine));
  }
  return fmt::format("FAILED  the newest result of {} of {}: {}", failed.size(),
                     counted(static_cast<double>(scenarios), "scenario"), fmt::join(names, ", "));
}

}  // namespace leakrig
