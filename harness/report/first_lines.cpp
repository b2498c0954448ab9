#include <fmt/format.h>

#include <algorithm>

#include "harness/analysis/lead.h"
#include "harness/analysis/standing.h"
#include "harness/report/audit.h"
#include "harness/report/connection_words.h"
#include "harness/report/expectation_words.h"
#include "harness/report/format.h"
#include "harness/report/headlines.h"
#include "harness/report/safe_text.h"
#include "harness/report/sentences.h"
#include "harness/report/status.h"
#include "harness/report/words.h"
#include "harness/report/wrap_text.h"

namespace leakrig {
namespace {

/// More variants than these are an overview of their own.
constexpr std::size_t kMostVariantLines = 6;

struct Phrase {
  std::string lead;    ///< "119 goroutines in 1 min, all in main.waitForever (main.go:9)"
  std::string number;  ///< "32.0/min (95 % 31.1 to 33.0); chance that ..."; may be empty
};

std::string number_line(const finding::Growing& growth) {
  if (!growth.estimated) return "no estimate: too few readings";
  return fmt::format("{}; {}", estimate_text(growth), words::chance(growth));
}

Phrase phrase_of(const finding::Leak& leak) {
  std::string lead = fmt::format("{} in {}", words::grown(leak.lead), words::span(leak.lead, leak.of.minutes));
  if (leak.connections && (!leak.requests || leak.connections->groups.front().is_idle)) {
    lead += ": " + words::connections_lead(leak);
  } else if (leak.requests) {
    lead += fmt::format(": {} left open, each {}", counted(leak.requests->more_open, "request"),
                        code(leak.requests->request));
    if (leak.opener) lead += ", opened by " + leak.opener->chain.front().function;
  } else if (const auto whose = words::whose(leak); !whose.empty()) {
    lead += (whose.starts_with("all ") ? ", " : ": ") + whose;
  }
  std::string number = number_line(leak.lead);
  if (!leak.in_step.empty()) number += "; in step with it " + words::grown_list(leak.in_step);
  return {lead, number};
}

Phrase phrase_of(const finding::Stable& stable) {
  if (stable.backlog)
    return {fmt::format("{} in {} under load, gone once the fleet had stopped: a backlog, not a leak",
                        words::grown(stable.lead), words::span(stable.lead, stable.of.minutes)),
            estimate_text(stable.lead) + " under load"};
  return {fmt::format("{} after {}, {} at T+0", words::amount_of(stable.lead, stable.lead.final),
                      words::span(stable.lead, stable.of.minutes),
                      words::amount(stable.lead, stable.lead.start)),
          number_line(stable.lead)};
}

Phrase phrase_of(const finding::Capped& capped) {
  const std::string lost = capped.of.delivery ? words::delivery(*capped.of.delivery) : "collection stopped";
  if (capped.rate_before)
    return {fmt::format("{}, then stopped, and collection with it: {}",
                        words::grew_until(capped.lead, *capped.rate_before, capped.stopped_at_min), lost),
            ""};
  return {
      fmt::format("{} do not grow because what leaks is not done: {}", metric_noun(capped.lead.metric), lost),
      ""};
}

Phrase phrase_of(const finding::Undecided& undecided) {
  std::string number = number_line(undecided.lead);
  if (undecided.minutes_to_decide)
    number += fmt::format("; about {} would likely decide", words::run_length(undecided.lead, *undecided.minutes_to_decide));
  return {fmt::format("{} from {} to {} in {}: the readings do not decide",
                      metric_noun(undecided.lead.metric), words::amount(undecided.lead, undecided.lead.start),
                      words::amount(undecided.lead, undecided.lead.final), words::span(undecided.lead, undecided.of.minutes)),
          number};
}

Phrase phrase_of(const finding::NothingSampled& nothing) {
  return {fmt::format("nothing was sampled: {}", inline_text(nothing.of.detail)), ""};
}

template <typename Other>
Phrase phrase_of(const Other&) {
  return {};
}

/// The first finding of a variant is its verdict.
Phrase phrase_of(const Analysis& analysis, const VariantAnalysis& variant) {
  std::vector<Finding> findings;
  find_verdict(analysis, variant, findings);
  return std::visit([](const auto& finding) { return phrase_of(finding); }, findings.front());
}

std::string upper(std::string text) {
  for (char& c : text) c = c == '_' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// The verdict; of a run that did not come to its end, how it ended, unless it leaked until then.
std::string word_of(const VariantAnalysis& variant) {
  const bool ended = variant.outcome == Outcome::completed;
  return upper(ended || variant.verdict == MetricVerdict::leak ? to_string(variant.verdict)
                                                               : to_string(variant.outcome));
}

std::string phrase_of_end(const Analysis& analysis, const VariantAnalysis& variant) {
  const std::string lead = phrase_of(analysis, variant).lead;
  if (variant.lead() == nullptr) return lead;
  if (variant.outcome == Outcome::completed || variant.verdict == MetricVerdict::leak) return lead;
  return fmt::format("{}; until then {}: {}", inline_text(variant.detail), to_string(variant.verdict), lead);
}

const VariantAnalysis* leading_variant(const Analysis& analysis) {
  if (const auto* worst = analysis.worst_variant()) return worst;
  return analysis.variants.empty() ? nullptr : &analysis.variants.front();
}

/// "; 22 of 50 variants leak".
std::string how_many_alike(const Analysis& analysis, const VariantAnalysis& variant) {
  const auto alike = std::count_if(analysis.variants.begin(), analysis.variants.end(),
                                   [&](const auto& each) { return each.verdict == variant.verdict; });
  if (analysis.variants.size() <= kMostVariantLines) return "";
  return fmt::format("; {} of {} variants: {}", alike, analysis.variants.size(), to_string(variant.verdict));
}

/// What failed first, then by how bad it is, then as they stand.
std::vector<const VariantAnalysis*> worst_first(const Analysis& analysis) {
  std::vector<const VariantAnalysis*> order;
  for (const auto& each : analysis.variants) order.push_back(&each);
  if (order.size() <= kMostVariantLines) return order;
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return std::pair{a->passed, -severity_of(a->verdict)} < std::pair{b->passed, -severity_of(b->verdict)};
  });
  return order;
}

/// What did not hold, or that all did though something leaks.
void add_expectations(const Analysis& analysis, std::size_t width, std::vector<std::string>& lines) {
  constexpr int kMost = 3;
  int failed = 0;
  for (const auto& variant : analysis.variants) {
    for (const auto& e : variant.expectations) {
      // That a variant of which nothing is said must be stable, and missing evidence, stand there already.
      if (e.held || e.what == "evidence" || e.what == "verdict" || ++failed > kMost) continue;
      wrap_text(fmt::format("  failed: {}: {}", printable(variant.name, 80), expectation_text(e)), width, lines);
    }
  }
  if (failed > kMost) lines.push_back(fmt::format("  failed: {} more", failed - kMost));
  const auto* worst = analysis.worst_variant();
  if (failed == 0 && analysis.exit_code == ExitCode::ok && worst != nullptr &&
      worst->verdict != MetricVerdict::stable)
    lines.emplace_back("  as expected: every expectation held");
}

/// " until the rig was killed"
std::string until_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::interrupted:
      return " until it was interrupted";
    case Outcome::died:
      return " until it died";
    case Outcome::unfinished:
      return " until the rig was killed";
    case Outcome::rig_failed:
      return " until the rig failed";
    case Outcome::never_ready:
      return ", never ready";
    case Outcome::completed:
      break;
  }
  return "";
}

std::string line_of(const Analysis& analysis, const VariantAnalysis& variant) {
  std::string line = fmt::format("  {}: {}", printable(variant.name, 80), to_string(variant.verdict));
  if (variant.outcome != Outcome::completed)
    line += until_text(variant.outcome);
  const auto* comparison = analysis.main_comparison(variant.name);
  const bool compared = comparison != nullptr && variant.outcome == Outcome::completed;
  if (const auto* told = compared ? variant.metric(comparison->metric) : variant.lead())
    line += fmt::format(", {} {}", metric_noun(told->name), estimate_text(growing(*told)));
  if (variant.verdict == MetricVerdict::capped && variant.costs.delivery) {
    line += "; " + words::delivery(*variant.costs.delivery);
  } else if (compared) {
    line +=
        fmt::format("; {} against {}", to_string(standing_of(analysis, *comparison)), code(analysis.reference));
  }
  return plain_text(line);
}

}  // namespace

std::string headline_of(const Analysis& analysis, const VariantAnalysis& variant) {
  return plain_text(phrase_of_end(analysis, variant));
}

std::string headline(const Analysis& analysis) {
  if (analysis.audit) return plain_text(audit_headline(analysis));
  const auto* variant = leading_variant(analysis);
  if (variant == nullptr) return "NOTHING  no variant was run";
  std::string text = fmt::format("{}  {}", word_of(*variant), headline_of(analysis, *variant));
  if (analysis.variants.size() > 1)
    text += fmt::format(" ({}{})", printable(variant->name, 80), how_many_alike(analysis, *variant));
  return text;
}

std::string quiet_line(const Analysis& analysis) {
  const std::string text = headline(analysis);
  const auto* variant = leading_variant(analysis);
  if (analysis.exit_code != ExitCode::expectation_failed || variant == nullptr ||
      variant->verdict == MetricVerdict::leak)
    return text;
  for (const auto& each : analysis.variants) {
    for (const auto& e : each.expectations) {
      if (!e.held) return fmt::format("{}; failed: {}: {}", text, printable(each.name, 80), expectation_text(e));
    }
  }
  return text;
}

std::vector<std::string> first_lines(const Analysis& analysis, std::size_t width) {
  std::vector<std::string> lines;
  if (analysis.audit) {
    for (const auto& line : audit_lines(analysis)) wrap_text(plain_text(line), width, lines);
    return lines;
  }
  if (!analysis.controls_held()) wrap_text("FAILED  " + status_text(analysis), width, lines);
  const auto findings = findings_of(analysis);
  for (const auto& finding : findings) {
    const auto* fault = std::get_if<finding::RigFault>(&finding);
    if (fault != nullptr && fault->touches_result) wrap_text("FAILED  " + words::rig_fault(*fault), width, lines);
  }
  wrap_text(headline(analysis), width, lines);
  const auto* variant = leading_variant(analysis);
  if (variant == nullptr) return lines;
  if (const auto number = phrase_of(analysis, *variant).number; !number.empty())
    wrap_text("  " + plain_text(number), width, lines);
  if (variant->outcome != Outcome::completed && variant->verdict == MetricVerdict::leak)
    wrap_text(fmt::format("  {}: {}", to_string(variant->outcome), printable(variant->detail)), width, lines);
  const auto whose_line = [&](const Finding& finding, const std::string& text) {
    const std::string whose =
        analysis.variants.size() > 1 ? printable(variant_of(finding), 80) + ": " : std::string{};
    wrap_text("! " + plain_text(whose + text), width, lines);
  };
  for (const auto& finding : findings) {
    const auto* fault = std::get_if<finding::RigFault>(&finding);
    if (fault != nullptr && !fault->touches_result) whose_line(finding, words::rig_fault(*fault));
    const auto* nothing = std::get_if<finding::CollectedNothing>(&finding);
    if (nothing != nullptr) whose_line(finding, words::collected_nothing(*nothing));
    const auto* never = std::get_if<finding::NeverReached>(&finding);
    if (never != nullptr && !never->docker) whose_line(finding, words::missing(*never));
  }
  for (const auto& finding : findings) {
    if (!is_missing_evidence(finding)) continue;
    const std::string text = std::visit(
        [](const auto& each) -> std::string {
          if constexpr (requires { words::missing(each); }) return words::missing(each);
          return "";
        },
        finding);
    whose_line(finding, text);
  }
  add_expectations(analysis, width, lines);
  if (analysis.variants.size() < 2) return lines;
  std::size_t shown = 0;
  for (const auto* each : worst_first(analysis)) {
    if (shown++ < kMostVariantLines) wrap_text(line_of(analysis, *each), width, lines);
  }
  if (shown > kMostVariantLines)
    lines.push_back(fmt::format("  and {} more variants", shown - kMostVariantLines));
  return lines;
}

}  // namespace leakrig
