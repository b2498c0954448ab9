#include "harness/report/markdown_page.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "harness/core/units.h"
#include "harness/report/format.h"

namespace leakrig::markdown {
namespace {

/// "`agent/1`, `agent/2`"
std::string names(const std::map<std::string, std::uint64_t>& counted) {
  std::vector<std::string> parts;
  for (const auto& [name, unused] : counted) parts.push_back(code(name, 80));
  return parts.empty() ? "-" : fmt::format("{}", fmt::join(parts, ", "));
}

/// The most frequent request that is repeated, with its interval.
std::string interval(const ServerWire& wire) {
  const auto shortest =
      std::min_element(wire.intervals_s.begin(), wire.intervals_s.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return shortest == wire.intervals_s.end()
             ? "-"
             : fmt::format("{} s ({})", significant_text(shortest->second, 3), code(shortest->first));
}

void rows_of(Page& page, const VariantAnalysis& variant) {
  for (const auto& [name, wire] : variant.wire.servers) {
    page.add("| {} | {} | {} | {} | {:.1f} | {:.1f} | {} | {} | {} | {} | {} |\n", code(variant.name), name,
             with_thousands(static_cast<std::int64_t>(wire.requests)),
             with_thousands(static_cast<std::int64_t>(wire.asked_to_close)), wire.requests_per_connection(),
             variant.wire.a_minute(wire.connections_opened), wire.at_once,
             wire.log_requests == 0 ? "-" : fmt::format("{} of {}", wire.log_followed, wire.log_requests),
             interval(wire), names(wire.user_agents), names(wire.apis));
  }
}

}  // namespace

void wire(Page& page, const Analysis& analysis) {
  const bool any = std::any_of(analysis.variants.begin(), analysis.variants.end(),
                               [](const auto& variant) { return !variant.wire.servers.empty(); });
  if (!any) return;
  page.add(
      "## What the servers saw\n\nOf the requests in the measured time. An option that changes nothing here did not "
      "reach the client.\n\n"
      "| Variant | Server | Requests | Ask to close | A connection | Connections/min | At once | Logs followed | "
      "Repeats every | User agent | API |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto& variant : analysis.variants) rows_of(page, variant);
  page.add("\n");
}

}  // namespace leakrig::markdown
