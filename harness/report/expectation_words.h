#pragma once

#include <string>

#include "harness/analysis/analysis.h"

namespace leakrig {

/// What was expected: "stable", "at least 5, at most 9". Plain; what is from outside is printable.
std::string expected_text(const ExpectationResult& expectation);
/// What came of it: "leak", "7.5", "not measured", "rss_bytes not judged, goroutines not read".
std::string actual_text(const ExpectationResult& expectation);
/// "threads: expected stable, measured leak".
std::string expectation_text(const ExpectationResult& expectation);
/// "held" or "FAILED", for a terminal.
const char* held_text(bool held);

}  // namespace leakrig
