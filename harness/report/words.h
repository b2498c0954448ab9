#pragma once

#include <string>
#include <vector>

#include "harness/analysis/findings.h"

namespace leakrig::words {

/// Phrases that sentences are put together from; marks as in sentences.h.

/// A value of the growth's metric: "1,234", "57.3 MiB".
std::string amount(const finding::Growing& growth, double value);
/// "119 goroutines", "3.1 MiB of resident memory": how much it grew.
std::string grown(const finding::Growing& growth);
/// A number of what the metric counts: "48 threads", "1 socket", "32.1 MiB of resident memory".
std::string amount_of(const finding::Growing& growth, double value);
/// "64 new file descriptors": what a leak is made of, between the rows at which groups are counted.
std::string new_ones(const finding::Leak& leak);
std::string new_ones(const std::string& metric, double amount);
/// "12 minutes", or of a growth against a counter "12,000 requests": about how long a run would likely decide.
std::string run_length(const finding::Growing& growth, double minutes);
/// "a run of about 12 minutes would likely decide".
std::string would_decide(const finding::Growing& growth, double minutes);
/// "80 sockets, 80 file descriptors".
std::string grown_list(const std::vector<finding::Growing>& growths);
/// What a rate is told for: so many minutes (or thousands of what it is counted against), and how that is said.
struct RateWords {
  double minutes = 1;
  std::string suffix;  ///< "/min", "/h", " per 1,000 requests"
};
/// A minute, or longer where a minute's rate has no digit.
RateWords unit_of(const finding::Growing& growth);
/// "5 min", "40 s".
std::string span(double minutes);
/// The same, or of a growth against a counter how far that went: "12,000 requests".
std::string span(const finding::Growing& growth, double minutes);
/// "2/min", in the unit of the rate.
std::string tolerance(const finding::Growing& growth);
/// "chance that it is within 2/min: < 0.1 %".
std::string chance(const finding::Growing& growth);
/// "all 4,800 log lines were delivered", "12 of 4,800 log lines were lost (0.3 %)".
std::string delivery(const Delivery& delivery);
/// "none of 4,800 log lines was collected, as the scenario means it to be".
std::string collected_nothing(const finding::CollectedNothing& nothing);
/// "32.0/min until T+2.5 min".
std::string until(const finding::Growing& growth, double rate_before, double minute);
/// "threads grew by 32.0/min until T+2.5 min".
std::string grew_until(const finding::Growing& growth, double rate_before, double minute);
/// "+3.2/min", "-1.4 MiB/min".
std::string signed_rate(Quantity quantity, double per_min);
std::string signed_number(Quantity quantity, double per_min);
/// "12.0 connections opened a minute where `reference` has 8.0".
std::string prices(const finding::Against& against);
/// Why a variant grows less without credit: "none of 4,800 log lines was collected", "it did nothing".
std::string does_less(const finding::Against& against);
/// Where a stack stands, or a group's name: "main.waitForever (main.go:9)".
std::string place(const finding::Group& group);
/// Of a leak: "all in main.waitForever (main.go:9)", "80 in `readLoop`, 80 in `writeLoop`"; empty: not known.
std::string whose(const finding::Leak& leak);
/// Of a leak of goroutines: how long they have waited, and what Go's own leak profile proves; empty: not
/// told. "of those in `main.read (m.go:12)` the longest is blocked for 4 minutes; Go's leak profile proves 2 of
/// them to be blocked for ever".
std::string blocked(const finding::Leak& leak);
/// The same of one group, short: "4 minutes, 2 for ever, as Go proves"; empty: not told.
std::string blocked(double waited_min, double proven_blocked);
/// What superseded a request: "a newer one of the same container", or of one that is about none "a newer one".
std::string newer_one(const std::string& request);
/// What to look at: a whole sentence.
std::string where_to_look(const finding::Leak& leak);

/// What evidence is missing, in a phrase.
std::string missing(const finding::GrewUnjudged& grew);
std::string missing(const finding::ChildrenUncounted& children);
std::string missing(const finding::SubjectIdle& idle);
std::string missing(const finding::ProbeSilent& silent);
std::string missing(const finding::NeverReached& never);
/// What the rig failed to do, in a phrase.
std::string rig_fault(const finding::RigFault& fault);
/// "nginx x 5, sh; +3 sockets in nginx 4711"
std::string tree(const finding::Tree& tree);
/// What would supply it: a whole sentence.
std::string supply(const finding::GrewUnjudged& grew);
std::string supply(const finding::ChildrenUncounted& children);
std::string supply(const finding::SubjectIdle& idle);
std::string supply(const finding::ProbeSilent& silent);
std::string supply(const finding::NeverReached& never);

}  // namespace leakrig::words
