#pragma once

#include <string>
#include <vector>

#include "harness/analysis/findings.h"
#include "harness/analysis/recorded.h"

namespace leakrig::words {

/// Phrases of a run against a committed baseline; marks as in sentences.h.

/// What is compared: "threads", "group goroutine main.read", "lines lost", "connections/min".
std::string compared(const RecordedDifference& difference);
/// As it was recorded: "stable 0.0/min", "not growing", "5 of 1000", "12.0".
std::string recorded(const RecordedDifference& difference);
/// As it is now, in the same form.
std::string now(const RecordedDifference& difference);
/// What still counts as no worse: "+3.2/min", "none".
std::string margin(const RecordedDifference& difference);

/// "threads: leak 32.0/min, recorded stable 0.0/min (margin +2.0/min): worse".
std::string difference(const RecordedDifference& difference);
/// What is worse along with it: "; with it sockets, group thread readLoop"; empty for nothing.
std::string along(const finding::WorseThanBaseline& worse);

/// A baseline that was accepted, as a first line, plain: "RECORDED  baselines/s.json: 2 variants, nothing leaks".
std::string accepted_headline(const Acceptance& acceptance);
/// The metrics whose record changes, a line each: "a threads: stable 0.1/min -> leak 32.0/min".
std::vector<std::string> accepted_lines(const Acceptance& acceptance);

}  // namespace leakrig::words
