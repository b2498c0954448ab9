#include "harness/report/sentences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <type_traits>

#include "harness/analysis/cost_catalogue.h"
#include "harness/core/units.h"
#include "harness/report/connection_words.h"
#include "harness/report/format.h"
#include "harness/report/recorded_words.h"
#include "harness/report/words.h"

namespace leakrig {
namespace {

using finding::Growing;

/// More variants than these are told together where they are well, and compared in their table alone.
constexpr std::size_t kMany = 24;

std::string all_of(const std::vector<Growing>& metrics) {
  std::vector<std::string> parts;
  for (const auto& metric : metrics)
    parts.push_back(fmt::format("{} by {}", metric_noun(metric.metric), estimate_text(metric)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string nouns_of(const std::vector<Growing>& metrics) {
  std::vector<std::string> nouns;
  for (const auto& metric : metrics) nouns.push_back(metric_noun(metric.metric));
  return fmt::format("{}", fmt::join(nouns, ", "));
}

/// "`a`: **leak**. Threads went from 128 to 288 in 5 minutes: 32.0/min (95 % 31.1 to 33.0)".
std::string verdict_sentence(const finding::Measured& of, const Growing& lead) {
  std::string text =
      fmt::format("{}: **{}**. {} went from {} to {} in {}: {}", code(of.variant), to_string(lead.verdict),
                  metric_title(lead.metric), words::amount(lead, lead.start), words::amount(lead, lead.final),
                  minutes_text(of.minutes), estimate_text(lead));
  if (lead.estimated) text += "; " + words::chance(lead);
  if (of.replicates > 1)
    text += fmt::format(", over {} replicates (the counts are the first's)", of.replicates);
  return text;
}

std::string ending(const finding::Measured& of) {
  std::string text;
  if (of.delivery) text += "; " + words::delivery(*of.delivery);
  if (of.outcome != Outcome::completed)
    text += fmt::format("; **{}**: {}", to_string(of.outcome), inline_text(of.detail));
  return text + ".";
}

/// Puts each finding where it belongs. A call operator a kind.
class Writer {
 public:
  Writer(Sentences& out, bool many) : out_(out), many_(many) {}

  /// Of many variants those that are stable are one sentence.
  void finish() {
    if (stable_of_many_ > 0)
      out_.summary.push_back(fmt::format("{} {} **stable**.",
                                         counted(static_cast<double>(stable_of_many_), "other variant"),
                                         stable_of_many_ == 1 ? "is" : "are"));
  }

  void operator()(const finding::Leak& leak) {
    std::string text = verdict_sentence(leak.of, leak.lead);
    if (!leak.in_step.empty()) text += "; in step with " + words::grown_list(leak.in_step);
    if (leak.remaining) text += fmt::format("; with the fleet stopped {:+.0f} against T+0", *leak.remaining);
    out_.summary.push_back(text + ending(leak.of));
    for (const auto& sentence : evidence_of(leak))
      out_.confirmed.push_back(fmt::format("In {}, {}.", code(leak.of.variant), sentence));
    if (leak.connections && leak.connections->groups.front().is_idle)
      advise_to_share(leak);
    else if (leak.requests && leak.requests->superseded > 0)
      advise_to_close(leak.requests->request, leak.of.variant, leak.requests->superseded);
    else if (!leak.connections && !leak.groups.empty() && looked_at_.insert(words::place(leak.groups.front())).second)
      out_.recommendations.push_back(words::where_to_look(leak));
  }
  void operator()(const finding::RigFault& fault) {
    out_.summary.push_back(fmt::format("{}: **{}**.", code(fault.variant), words::rig_fault(fault)));
    advise(fault.kind == finding::RigFault::Kind::missed ? "Give the rig more of the machine, and run again."
                                                         : "Give the rig more descriptors (ulimit -n), and run again.");
  }
  void operator()(const finding::Tree& tree) {
    out_.confirmed.push_back(fmt::format("The processes of {}: {}.", code(tree.variant), words::tree(tree)));
  }
  void operator()(const finding::Stable& stable) {
    if (many_ && !stable.backlog) {
      ++stable_of_many_;
      return;
    }
    out_.summary.push_back(verdict_sentence(stable.of, stable.lead) + ending(stable.of));
  }
  void operator()(const finding::Capped& capped) {
    std::string text = verdict_sentence(capped.of, capped.lead);
    if (capped.rate_before)
      text += ", after " + words::until(capped.lead, *capped.rate_before, capped.stopped_at_min);
    out_.summary.push_back(text + ending(capped.of));
    const std::string lost = capped.of.delivery ? words::delivery(*capped.of.delivery) : "collection stopped";
    if (capped.rate_before)
      out_.confirmed.push_back(fmt::format(
          "In {} {}, then stopped with {}, and with it the collection of logs: {}.", code(capped.of.variant),
          words::grew_until(capped.lead, *capped.rate_before, capped.stopped_at_min),
          words::amount(capped.lead, capped.level), lost));
    out_.recommendations.push_back(
        fmt::format("Do not take {} for a fix: the growth stopped because collection did; {}.",
                    code(capped.of.variant), lost));
  }
  void operator()(const finding::Undecided& undecided) {
    out_.summary.push_back(verdict_sentence(undecided.of, undecided.lead) + ending(undecided.of));
    std::string text = fmt::format("Whether {} grow in {}: {}", metric_noun(undecided.lead.metric),
                                   code(undecided.of.variant), estimate_text(undecided.lead));
    if (!undecided.reason.empty()) text += "; " + inline_text(undecided.reason);
    if (!undecided.others.empty()) text += "; likewise " + nouns_of(undecided.others);
    if (undecided.minutes_to_decide) text += "; " + words::would_decide(undecided.lead, *undecided.minutes_to_decide);
    out_.open.push_back(text + ".");
  }
  void operator()(const finding::NothingSampled& nothing) {
    out_.summary.push_back(fmt::format("{}: nothing was sampled ({}: {}).", code(nothing.of.variant),
                                       to_string(nothing.of.outcome), inline_text(nothing.of.detail)));
  }
  void operator()(const finding::CollectedNothing& nothing) {
    out_.open.push_back(fmt::format("Whether what collects logs leaks: in {} {}.", code(nothing.variant),
                                    words::collected_nothing(nothing)));
    out_.recommendations.push_back(
        nothing.meant ? fmt::format("Look for growth in what {} leaves out, not in what it keeps: this is no cure.",
                                    code(nothing.variant))
                      : fmt::format("Find out why {} collects nothing, and run again.", code(nothing.variant)));
  }
  void operator()(const finding::NotGrowing& flat) {
    out_.ruled_out.push_back(fmt::format("Growth above {} in {}: {}.", words::tolerance(flat.metrics.front()),
                                         code(flat.variant), all_of(flat.metrics)));
  }
  void operator()(const finding::Plateau& plateau) {
    out_.confirmed.push_back(
        fmt::format("In {} {}, then stopped with {}.", code(plateau.variant),
                    words::grew_until(plateau.lead, plateau.rate_before, plateau.stopped_at_min),
                    words::amount(plateau.lead, plateau.level)));
  }
  void operator()(const finding::Backlog& backlog) {
    out_.confirmed.push_back(fmt::format(
        "In {} growth under load was gone once the fleet had stopped: a backlog, not a leak ({}; {:+.0f} "
        "against T+0).",
        code(backlog.variant), all_of(backlog.metrics), backlog.remaining));
    out_.recommendations.push_back(
        fmt::format("Bound what waits in {} if the load may last: it is no leak, and has no limit.",
                    code(backlog.variant)));
  }
  void operator()(const finding::RequestsLeftOpen& left) {
    advise_to_close(left.request, left.variant, left.superseded);
  }
  void operator()(const finding::WireAgainst& wire) {
    if (wire.wire.inert) {
      out_.summary.push_back(fmt::format("{} against {}: **inert**, {}.", code(wire.variant), code(wire.reference),
                                         words::nothing_changed(wire)));
    } else if (wire.same_load) {
      out_.confirmed.push_back(fmt::format("{} against {}: {}.", code(wire.variant), code(wire.reference),
                                           words::changed(wire)));
    }
  }
  void operator()(const finding::SameAsReference& same) {
    summarize(same, "identical");
    if (same.inert && !same.changes.empty()) {
      // What never took place proves nothing.
      out_.open.push_back(fmt::format(
          "Whether {} is the cause or the cure: in this run the switch did nothing that a server can see, so the "
          "growth that stays the same says nothing of it.",
          changes_phrase(same.changes)));
      return;
    }
    if (same.verdict != MetricVerdict::leak || same.changes.empty()) return;
    out_.ruled_out.push_back(
        fmt::format("{} as the cause or the cure within {}: the growth of {} stays the same.",
                    changes_phrase(same.changes), minutes_text(same.minutes), metric_noun(same.metric)));
    refuse(same);
  }
  void operator()(const finding::BetterThanReference& better) {
    summarize(better, "improved");
    if (!better.same_load) {
      out_.open.push_back(fmt::format(
          "{} runs under another load ({}): how growth depends on it is measured, what to change is not.",
          code(better.variant), changes_phrase(better.changes)));
    } else if (better.verdict == MetricVerdict::leak) {
      refuse(better);
    } else if (better.verdict == MetricVerdict::stable) {
      adopt(better);
    }
  }
  void operator()(const finding::StarvedAgainstReference& starved) {
    const std::string why = words::does_less(starved);
    summarize(starved, "starved", fmt::format(": it grows less because it does less; {}", why));
    // Of one that is capped it is said with its verdict.
    if (starved.verdict != MetricVerdict::capped)
      out_.recommendations.push_back(fmt::format(
          "Do not take {} for a fix: it grows less because it does less; {}.", code(starved.variant), why));
  }
  void operator()(const finding::DoesLessThanReference& less) {
    summarize(less, "does less", ": what it leaves out takes the growth with it");
    if (!less.changes.empty())
      out_.confirmed.push_back(fmt::format(
          "{} grow less without what {} leaves out ({}): that is where to look, and no cure.",
          metric_title(less.metric), code(less.variant), changes_phrase(less.changes)));
  }
  void operator()(const finding::WorseThanReference& worse) {
    summarize(worse, "worse");
    if (worse.verdict == MetricVerdict::leak && !worse.changes.empty() && worse.same_load) refuse(worse);
  }
  void operator()(const finding::UndecidedAgainstReference& open) { summarize(open, "inconclusive"); }
  void operator()(const finding::ControlFailed& control) {
    out_.summary.push_back(
        fmt::format("{} **failed**: {} must be {} and is {}. What this run says cannot be relied on.",
                    code(control.control), metric_noun(control.metric), control.expected, control.actual));
  }
  void operator()(const finding::WorseThanBaseline& worse) {
    const auto& d = worse.difference;
    out_.summary.push_back(fmt::format(
        "{} is **worse** than the recorded baseline: {} {}, recorded {} (margin {}){}.", code(d.variant),
        inline_text(words::compared(d)), words::now(d), words::recorded(d), words::margin(d),
        words::along(worse)));
  }
  void operator()(const finding::NotWorseThanBaseline& same) {
    out_.summary.push_back(fmt::format("Nothing is worse than the recorded baseline {}.", code(same.source)));
  }
  /// What is missing is said in the summary, and what would supply it among the recommendations.
  template <typename Missing>
  void operator()(const Missing& missing) {
    out_.summary.push_back(fmt::format("{}: **{}**.", code(missing.variant), words::missing(missing)));
    advise(words::supply(missing));
  }

 private:
  /// Once: of several variants the same.
  void advise(const std::string& advice) {
    auto& all = out_.recommendations;
    if (std::find(all.begin(), all.end(), advice) == all.end()) all.push_back(advice);
  }
  void summarize(const finding::Against& against, const char* verdict, const std::string& why = "") {
    if (many_) return;  // the table of comparisons has them
    const auto& d = against.difference;
    const Quantity quantity = metric_info(against.metric).quantity;
    out_.summary.push_back(
        fmt::format("{} against {}: **{}**, {} {} ({} {} to {}; no difference is ±{}){}.",
                    code(against.variant), code(against.reference), verdict, metric_noun(against.metric),
                    words::signed_rate(quantity, d.difference_per_min), percent_text(d.confidence),
                    words::signed_number(quantity, d.ci_low), words::signed_number(quantity, d.ci_high),
                    rate_number_text(quantity, d.margin_per_min), why));
  }
  void refuse(const finding::Against& against) {
    std::string text = fmt::format("Do not adopt {} as a fix: {} still grow by {}", code(against.variant),
                                   metric_noun(against.metric),
                                   rate_text(metric_info(against.metric).quantity, against.rate_per_min));
    if (!against.prices.empty()) text += ", and it costs " + words::prices(against);
    out_.recommendations.push_back(text + ".");
  }
  void adopt(const finding::Against& against) {
    const bool lossless = against.delivery && against.delivery->lines_lost == 0;
    if (!lossless) {
      out_.recommendations.push_back(fmt::format(
          "{} ends the growth of {}, but not without loss or without proof of delivery; weigh it.",
          code(against.variant), metric_noun(against.metric)));
    } else if (against.prices.empty()) {
      out_.recommendations.push_back(fmt::format("Adopt {}: the growth of {} ends and no line is lost.",
                                                 code(against.variant), metric_noun(against.metric)));
    } else {
      out_.recommendations.push_back(
          fmt::format("{} ends the growth of {} and loses no line, at a price: {}.", code(against.variant),
                      metric_noun(against.metric), words::prices(against)));
    }
  }
  /// Once, as the advice to close.
  void advise_to_share(const finding::Leak& leak) {
    if (std::exchange(advised_to_share_, true)) return;
    out_.recommendations.push_back(words::share_advice(leak));
  }
  /// Once: the same advice for each variant would say nothing new.
  void advise_to_close(const std::string& request, const std::string& variant, std::uint64_t superseded) {
    if (std::exchange(advised_to_close_, true)) return;
    out_.recommendations.push_back(
        fmt::format("Close each {} before it is replaced: in {} {} had been superseded by {} and {} still open.",
                    code(request), code(variant), with_thousands(static_cast<std::int64_t>(superseded)),
                    words::newer_one(request), superseded == 1 ? "was" : "were"));
  }

  Sentences& out_;
  const bool many_;
  std::size_t stable_of_many_ = 0;
  bool advised_to_close_ = false;
  bool advised_to_share_ = false;
  std::set<std::string> looked_at_;  ///< places that were advised already
};

}  // namespace

Sentences sentences_of(const Analysis& analysis) {
  Sentences sentences;
  Writer writer(sentences, analysis.variants.size() > kMany);
  const auto findings = findings_of(analysis);
  for (const auto& finding : findings) std::visit(writer, finding);
  writer.finish();
  const bool grew = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return std::holds_alternative<finding::Backlog>(finding) ||
           std::holds_alternative<finding::Leak>(finding);
  });
  if (sentences.recommendations.empty() && !grew && analysis.exit_code == ExitCode::ok)
    sentences.recommendations.emplace_back("Nothing to change: no growth above the tolerance was found.");
  return sentences;
}

}  // namespace leakrig
