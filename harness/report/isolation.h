#pragma once

#include <string>

#include "harness/analysis/isolation.h"

namespace leakrig {

/// The cause, what does not matter, and what would decide the rest, as Markdown.
std::string render_isolation_markdown(const Isolation& isolation);
/// The same for a terminal.
std::string render_isolation_console(const Isolation& isolation, bool color);

// Its words, in isolation_words.cpp with isolation_answer() and switch_note() of sentences.h.

/// "threads 32.0 → 0.0/min".
std::string target_change(const TargetChange& change);
/// "-32.0 (-33.0 to -31.1)".
std::string target_interval(const TargetChange& change);
/// What grows in the reference, by how much: "threads grow by 32.0/min".
std::string isolation_reference(const Isolation& isolation);
/// What each word of the column "Effect" means, as Markdown.
std::string effects_text(const Isolation& isolation);

}  // namespace leakrig
