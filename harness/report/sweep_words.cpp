#include "harness/report/sweep_words.h"

#include <fmt/format.h>

#include "harness/report/format.h"

namespace leakrig {
namespace {

/// "container" of "containers".
std::string one_of(const std::string& name) {
  return name.size() > 1 && name.ends_with('s') ? name.substr(0, name.size() - 1) : name;
}

}  // namespace

std::string sweep_sentence(const Sweep& sweep) {
  const std::string what = metric_noun(sweep.metric);
  if (sweep.points.empty()) return "Nothing was measured.";
  if (!sweep.grows_from) return fmt::format("In no value {} grow.", what);
  const std::string rate =
      sweep.per_unit ? fmt::format("{:.1f} {}/min a {}{}", *sweep.per_unit, what, one_of(sweep.name),
                                   sweep.is_proportional ? "" : " more")
                     : fmt::format("{} grow at every value, and not in proportion to it", what);
  if (!sweep.none_up_to) return fmt::format("From {:g} on, the least that was tried: {}.", *sweep.grows_from, rate);
  const std::string why =
      sweep.idle_connections
          ? ": a pool of clients is empty from there on, and each further call opens a connection that stays idle"
          : ": something that is used up from there on";
  return fmt::format("Nothing up to {:g}, then from {:g} on {}{}.", *sweep.none_up_to, *sweep.grows_from, rate,
                     why);
}

}  // namespace leakrig
