#pragma once

#include <string>
#include <vector>

#include "harness/analysis/findings.h"
#include "harness/stats/growth/rate_unit.h"

namespace leakrig::words {

/// Phrases that sentences are put together from; marks as in sentences.h.

/// A value of the growth's metric: "1,234", "57.3 MiB".
std::string amount(const finding::Growing& growth, double value);
/// "119 goroutines", "3.1 MiB of resident memory": how much it grew.
std::string grown(const finding::Growing& growth);
/// "80 sockets, 80 file descriptors".
std::string grown_list(const std::vector<finding::Growing>& growths);
/// The time that the growth's rate is told for: a minute, or longer where a minute's rate has no digit.
stats::RateUnit unit_of(const finding::Growing& growth);
/// "2/min", in the unit of the rate.
std::string tolerance(const finding::Growing& growth);
/// "chance that it is within 2/min: < 0.1 %".
std::string chance(const finding::Growing& growth);
/// "all 4,800 log lines were delivered", "12 of 4,800 log lines were lost (0.3 %)".
std::string delivery(const Delivery& delivery);
/// "32.0/min until T+2.5 min".
std::string until(const finding::Growing& growth, double rate_before, double minute);
/// "threads grew by 32.0/min until T+2.5 min".
std::string grew_until(const finding::Growing& growth, double rate_before, double minute);
/// "+3.2/min", "-1.4 MiB/min".
std::string signed_rate(Quantity quantity, double per_min);
std::string signed_number(Quantity quantity, double per_min);
/// "12.0 connections opened a minute where `reference` has 8.0".
std::string prices(const finding::Against& against);
/// Where a stack stands, or a group's name: "main.waitForever (main.go:9)".
std::string place(const finding::Group& group);
/// Of a leak: "all in main.waitForever (main.go:9)", "80 in `readLoop`, 80 in `writeLoop`"; empty: not known.
std::string whose(const finding::Leak& leak);
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
