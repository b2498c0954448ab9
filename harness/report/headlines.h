#pragma once

#include <string>
#include <vector>

#include "harness/analysis/rate_history.h"
#include "harness/analysis/side_by_side.h"

namespace leakrig {

/// The first lines of the verbs that judge no run of their own, plain. Each begins with a word in capitals.

/// Of results side by side: what is worst against the reference, "WORSE  threads of closed ...".
std::string headline(const SideBySide& table);

/// Of a scenario over commits: the newest result that is worst, and where its rate changed.
std::string headline(const std::vector<RateHistory>& histories);

/// Of all scenarios of a history: those whose newest result did not pass.
std::string headline_of_scenarios(const std::vector<std::string>& failed, std::size_t scenarios);

/// "changed at abc1234 (main, 2025-11-06): 0.1 to 32.0/min, p < 0.001".
std::string change_text(Quantity quantity, const RateChange& change);

/// `text` in lines of at most `width` columns as wrap_text() breaks them, each with its end.
std::string paragraph(const std::string& text, std::size_t width = 80);

}  // namespace leakrig
