#pragma once

#include <cstdint>
#include <string>

namespace leakrig {

/// What an audit saw of one stimulus besides the counts at rest, which are samples with their `load_count`: the
/// occurrences until then. Times are wall seconds.
struct AuditFacts {
  bool met = true;          ///< false: the subject never met it, as `why_not` says
  std::string why_not{};
  bool recovered = true;    ///< after the last occurrence everything was back that was under way before the first
  std::string missing{};    ///< what was not: "3 log streams"
  double recovery_s = 0;    ///< the longest that it took after an occurrence
  double down_s = 0;        ///< how long the stimulus lasted, all occurrences together
  std::uint64_t requests_down = 0;  ///< in that time
  double longest_pause_s = 0;       ///< without a request in that time
  bool storms = false;              ///< in that time it asked again at once, over and over
  double cpu_before = 0;            ///< cores in use before the first occurrence
  double cpu_after = 0;             ///< and after the last
};

}  // namespace leakrig
