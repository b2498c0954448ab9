#include "harness/report/headlines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/report/format.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/words.h"

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

/// Characters of UTF-8.
std::size_t columns_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string p_text(double p) { return p < 0.001 ? "p < 0.001" : fmt::format("p = {:.3f}", p); }

/// A number stays with its sign and unit: "< 0.1 %", "13.2 MiB/min".
bool belongs_to_the_word_before(const std::string& word, const std::string& before) {
  return word == " %" || word.starts_with(" MiB") || word.starts_with(" KiB") || word.starts_with(" GiB") ||
         before.ends_with(" <") || before.ends_with(" >");
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(' ', text.find_first_not_of(' ', at)), text.size());
    const std::string word = text.substr(at, end - at);
    if (!words.empty() && belongs_to_the_word_before(word, words.back())) {
      words.back() += word;
    } else {
      words.push_back(word);
    }
    at = end;
  }
  return words;
}

}  // namespace

std::vector<std::string> in_columns(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  for (const auto& word : words_of(text)) {
    if (!line.empty() && columns_of(line) + columns_of(word) > width) {
      lines.push_back(line);
      line = "  " + word.substr(std::min(word.find_first_not_of(' '), word.size()));
    } else {
      line += word;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string paragraph(const std::string& text, std::size_t width) {
  std::string out;
  for (const auto& line : in_columns(text, width)) out += line + "\n";
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
    text += fmt::format("; {:.1f} % of the lines were lost", 100 * lead->lost_share());
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
  std::string text = fmt::format("{}  {} of {}: {} in the newest of {} result{}", word,
                                 plain_text(metric_noun(lead->metric)), printable(lead->variant, kNameInLine),
                                 rate_text(lead->quantity, lead->rate_per_min), lead->results,
                                 lead->results == 1 ? "" : "s");
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
  return fmt::format("FAILED  the newest result of {} of {} scenario{}: {}", failed.size(), scenarios,
                     scenarios == 1 ? "" : "s", fmt::join(names, ", "));
}

}  // namespace leakrig
