#pragma once

#include <string>

#include "harness/analysis/isolation.h"

namespace leakrig {

/// The cause, what does not matter, and what would decide the rest, as Markdown.
std::string render_isolation_markdown(const Isolation& isolation);
/// The same for a terminal.
std::string render_isolation_console(const Isolation& isolation, bool color);

}  // namespace leakrig
