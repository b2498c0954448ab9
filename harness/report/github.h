#pragma once

#include <string>

#include "harness/report/report.h"

namespace leakrig {

/// GitHub's limits, from its documentation of workflow commands: annotations of a kind that it shows of a
/// step, and bytes of a step's summary; more is dropped, or makes the whole summary fail.
namespace github_limit {
inline constexpr std::size_t kAnnotations = 10;
inline constexpr std::size_t kSummaryBytes = 1024 * 1024;  // format: MiB
}  // namespace github_limit

/// A step's summary of at most `room` bytes: the whole Markdown report, or where that is too long its first
/// sections, or where even they are a table a variant, cut with a line that says so. Empty if not even that
/// line fits.
std::string github_summary(const Analysis& analysis, std::size_t room = github_limit::kSummaryBytes);

}  // namespace leakrig
