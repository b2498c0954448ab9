#pragma once

#include <string>
#include <vector>

namespace leakrig {

/// Whether a name of these words speaks of memory or disk space.
bool is_memory(const std::vector<std::string>& words);

/// Whether it is an amount of it, as opposed to what may be there by the number: "heap" and not
/// "cache_entries".
bool is_memory_amount(const std::vector<std::string>& words);

}  // namespace leakrig
